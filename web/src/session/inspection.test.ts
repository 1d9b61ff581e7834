import { describe, expect, it } from "vitest";
import { headingOf, memoryText } from "../state/moduleInspection.ts";
import { inspect } from "./inspection.ts";

/** A number as LEB128 in two bytes: up to 16383. */
const leb = (value: number) => [0x80 | (value & 0x7f), value >> 7];
/** One section of a wasm module: its id and its content. */
const section = (id: number, ...content: readonly number[]) => [
  id,
  ...leb(content.length),
  ...content,
];
const name = (text: string) => [...leb(text.length), ...new TextEncoder().encode(text)];
const magic = [0, 97, 115, 109, 1, 0, 0, 0];
/** Types: 0 is `void -> void`, 1 is `i32 -> i32`, 2 is `i32 i32 i32 -> i32`. */
const types = section(
  1,
  ...[3, 0x60, 0, 0, 0x60, 1, 0x7f, 1, 0x7f, 0x60, 3, 0x7f, 0x7f, 0x7f, 1, 0x7f],
);

/** A module of ABI 0.2.1 with an allocator, `imports` of type 1 or 2 and exported `callbacks`. */
function moduleWith(
  imports: readonly (readonly [string, type: number])[],
  callbacks: readonly (readonly [string, type: number])[] = [],
): Uint8Array {
  const functions: readonly (readonly [string, number])[] = [
    ["proxy_abi_version_0_2_1", 0],
    ["malloc", 1],
    ...callbacks,
  ];
  const importBytes = imports.flatMap(([it, type]) => [...name("env"), ...name(it), 0, type]);
  const exportBytes = functions.flatMap(([it], at) => [...name(it), 0, imports.length + at]);
  const bodies = functions.flatMap(([, type]) => (type === 0 ? [2, 0, 11] : [4, 0, 65, 0, 11]));
  return Uint8Array.from([
    ...magic,
    ...types,
    ...(imports.length > 0 ? section(2, imports.length, ...importBytes) : []),
    ...section(3, functions.length, ...functions.map(([, type]) => type)),
    ...section(5, 1, 1, 1, 4),
    ...section(7, functions.length, ...exportBytes),
    ...section(10, functions.length, ...bodies),
  ]);
}

describe("inspection", () => {
  it("marks the first of several bad imports, and says what is near and what Envoy has", () => {
    const { imports, report } = inspect(
      moduleWith([
        ["proxy_log", 2],
        ["proxy_close_stream", 2],
        ["proxy_continue_strea", 1],
      ]),
    );
    expect(report.stage).toBe("link");
    expect(imports.map(({ answer }) => answer)).toEqual(["offered", "otherType", "missing"]);
    expect(imports.map(({ isFatal }) => isFatal)).toEqual([false, true, false]);
    expect(imports[1]).toMatchObject({ type: "i32 i32 i32 -> i32", offered: "i32 -> i32" });
    expect(imports[2]?.near).toEqual({ name: "env.proxy_continue_stream", type: "i32 -> i32" });
  });

  it("tells each export's role, and the type that Envoy wants", () => {
    const { exports, report } = inspect(
      moduleWith(
        [],
        [
          ["proxy_on_new_connection", 1],
          ["proxy_on_tick", 1],
          ["helper", 0],
        ],
      ),
    );
    expect(report.stage).toBe("exports");
    expect(exports).toEqual([
      { name: "proxy_abi_version_0_2_1", type: "void -> void", role: "abi" },
      { name: "malloc", type: "i32 -> i32", role: "allocator" },
      { name: "proxy_on_new_connection", type: "i32 -> i32", role: "callback" },
      { name: "proxy_on_tick", type: "i32 -> i32", role: "otherType", wanted: "i32 -> void" },
      { name: "helper", type: "void -> void", role: "unused" },
    ]);
  });

  it("leaves imports unchecked where Envoy does not get that far", () => {
    const whole = moduleWith([["proxy_log", 2]]);
    // The last digit of the marker.
    const at = whole.findIndex((_, start) =>
      [..."0_2_1"].every((letter, index) => whole[start + index] === letter.charCodeAt(0)),
    );
    whole[at + 4] = "9".charCodeAt(0);
    const { imports, report } = inspect(whole);
    expect(report.reason?.code).toBe("unsupportedAbi");
    expect(imports).toMatchObject([{ answer: "unchecked", isFatal: false }]);
  });

  it("cuts names that would stop the page", () => {
    const { exports, exportCount } = inspect(moduleWith([], [["x".repeat(5000), 0]]));
    expect(exportCount).toBe(3);
    expect(exports[2]?.name).toBe(`${"x".repeat(1000)}…`);
  });
});

describe("the heading of a report", () => {
  it("names each of the three answers", () => {
    const filter = inspect(moduleWith([], [["proxy_on_new_connection", 1]]));
    expect(headingOf(filter)).toMatchObject({ tone: "plain", says: "is accepted by Envoy 1.40" });
    expect(headingOf(inspect(moduleWith([])))).toMatchObject({
      tone: "warn",
      says: "is accepted by Envoy 1.40, with a warning",
    });
    const missing = headingOf(inspect(moduleWith([["abort", 1]])));
    expect(missing).toMatchObject({ tone: "bad", says: "would be refused by Envoy 1.40" });
    expect(missing.remedy).toContain("--use abort=");
  });

  it("does not call a text a module", () => {
    const text = inspect(new TextEncoder().encode("Remember the milk"));
    expect(headingOf(text)).toMatchObject({ tone: "bad", says: "is not a WebAssembly module" });
  });

  it("writes memory in pages", () => {
    expect(memoryText(inspect(moduleWith([])).report)).toBe("1 page of 64 KiB, at most 4");
    expect(memoryText({})).toBe("none");
  });
});
