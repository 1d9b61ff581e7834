import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { clusterOf } from "./clusterOf.ts";
import { bytesOf, debugModule, Host } from "./host.ts";
import { encodeStruct, type StructValue } from "./protobufStruct.ts";

describe("whatever bytes arrive", () => {
  /** Plays a configuration and a connection; a trap would throw. */
  function play(configuration: Uint8Array): void {
    for (const module of [undefined, debugModule]) {
      const host = new Host(module);
      const isAccepted = host.configure(configuration);
      if (!isAccepted) expect(host.logs.at(-1)?.text).toMatch(/^configuration refused: ./);
      host.connect("10.0.0.42:1");
      if (isAccepted) expect(host.logs.at(-1)?.text).toMatch(/^10\.0\.0\.42:1 -> ./);
    }
  }

  test("random bytes never trap", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), play));
  });

  test("damaged configurations never trap", () => {
    const whole = fc.constantFrom(
      bytesOf(
        '{"mode":"istio","clusters":["a\\u00e9","b"],"ports":{"443":8443},"routes":[{"source":"::/0","cluster":"c"}]}',
      ),
      encodeStruct({
        mode: "istio",
        clusters: ["a", "b"],
        ports: { "443": 8443 },
        routes: [{ source: "::/0", cluster: "c" }],
      }),
    );
    const damage = fc.array(fc.tuple(fc.nat(130), fc.nat(255)), { maxLength: 3 });
    fc.assert(
      fc.property(whole, damage, fc.nat(130), (bytes, changes, length) => {
        const damaged = bytes.slice();
        for (const [at, value] of changes) if (at < damaged.length) damaged[at] = value;
        play(damaged);
        play(damaged.subarray(0, length));
      }),
      { numRuns: 300 },
    );
  }, 30_000);

  test("deep nesting never traps", () => {
    play(bytesOf('{"a":' + "[".repeat(500_000)));
    play(bytesOf('{"a":'.repeat(100_000)));
    let value: StructValue = 1;
    for (let depth = 0; depth < 500; depth++) value = [value];
    play(encodeStruct({ a: value }));
  });

  test("JSON is understood as JSON.parse understands it", () => {
    const name = fc.string({ unit: "binary", minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(
        fc.array(name, { minLength: 1, maxLength: 4 }),
        fc.boolean(),
        (names, isPretty) => {
          const text = JSON.stringify({ clusters: names }, undefined, isPretty ? "\t" : undefined);
          const fromText = new Host();
          expect(fromText.configure(text)).toBe(true);
          fromText.connect("0.0.0.0:1");
          expect(clusterOf(fromText)).toBe(names[0]);
          const fromStruct = new Host();
          expect(fromStruct.configure(encodeStruct({ clusters: names }))).toBe(true);
          fromStruct.connect("0.0.0.0:1");
          expect(clusterOf(fromStruct)).toBe(names[0]);
        },
      ),
      { numRuns: 50 },
    );
  }, 30_000);
});
