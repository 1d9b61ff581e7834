/** The table of faults in the filter's README is of this filter: made again, it is the same. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";
import { ensureBuilt, hostSim } from "./built.ts";

it("no fault traps the filter or the gallery, or sends a connection to a wrong cluster", async () => {
  await ensureBuilt();
  const script = join(hostSim, "dist/faults/main.js");
  const out = execFileSync(process.execPath, [script, "--check"], { encoding: "utf8" });
  expect(out).toMatch(/^\d{3,} faults played, 0 did what they must not/);
}, 300_000);
