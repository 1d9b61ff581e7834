import { expect, it } from "vitest";
import type { HostCall } from "wasmerang";
import { memoryParts } from "./memoryParts.ts";
import { guest, play } from "./problems/testModule.ts";

const text = `(func (export "proxy_on_new_connection") (param i32) (result i32)
  (drop (call $get_property @"source\\00address" (i32.const 40) (i32.const 44)))
  (drop (call $get_property @"none" (i32.const 40) (i32.const 44)))
  (drop (call $time (i32.const 48)))
  (drop (call $call_foreign @"clear_route_cache" @"" (i32.const 0) (i32.const 0)))
  (i32.const 0))`;

it("names every range that a call reads and writes", async () => {
  const { events } = play(await guest(text));
  const calls = events.filter(
    (event): event is HostCall =>
      event.kind === "hostCall" && event.vm === "worker" && event.connection !== undefined,
  );
  const parts = calls.map((call) =>
    memoryParts(call).map(({ name, pointer, length, access }) => [name, access, pointer, length]),
  );
  const result = calls[0]?.results[0]?.value;
  const at = result !== undefined && "pointer" in result ? result.pointer : -1;
  expect(parts[0]).toEqual([
    ["path", "read", expect.any(Number), 14],
    ["value, pointer", "wrote", 40, 4],
    ["value, size", "wrote", 44, 4],
    ["value, result", "wrote", at, 15],
  ]);
  // NotFound: Envoy writes nothing.
  expect(parts[1]?.map(([name]) => name)).toEqual(["path"]);
  expect(parts[2]?.map(([, ...rest]) => rest)).toEqual([["wrote", 48, 8]]);
  // Null pointers say that no result is wanted.
  expect(parts[3]?.map(([name]) => name)).toEqual(["function"]);
});
