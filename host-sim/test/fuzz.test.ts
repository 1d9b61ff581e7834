/** What fuzzing found stays found, and the readers hold for new inputs as well. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mutate, shrink } from "../fuzz/mutate.ts";
import { targets } from "../fuzz/targets.ts";
import { Random } from "../src/random.ts";
import { hostSim } from "./built.ts";

describe.each(targets)("the reader of $name", (target) => {
  it("holds for what fuzzing found", () => {
    const folder = join(hostSim, "fuzz/seeds", target.name);
    for (const name of existsSync(folder) ? readdirSync(folder) : []) {
      target.check(new Uint8Array(readFileSync(join(folder, name))));
    }
  });

  it("holds for changed inputs", async () => {
    const seeds = await target.seeds();
    fc.assert(
      fc.property(fc.nat(), fc.nat(seeds.length - 1), (seed, start) => {
        const input = seeds[start] ?? new Uint8Array(0);
        target.check(mutate(input, seeds, new Random(seed), target));
      }),
      { numRuns: 200 },
    );
  }, 60_000);
});

describe("a failing input", () => {
  it("is made small", () => {
    const input = Uint8Array.from({ length: 500 }, (_, index) => index % 251);
    const small = shrink(input, (bytes) => bytes.includes(7) && bytes.includes(200));
    expect([...small].sort((a, b) => a - b)).toEqual([7, 200]);
  });
});
