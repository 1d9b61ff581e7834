import { describe, expect, it } from "vitest";
import { previewLines } from "./previewLines.ts";

describe("previewLines", () => {
  it("marks a value on each of its lines, without the indentation", () => {
    const text = "a:\n  type: x\n  value: y\nfile: b.wasm # c\n";
    const marks = [
      { start: 3, end: 23, what: "configuration" },
      { start: 30, end: 36, what: "wasm" },
    ] as const;
    expect(previewLines(text, marks)).toEqual([
      [{ text: "a:" }],
      [{ text: "  " }, { text: "type: x", what: "configuration" }],
      [{ text: "  " }, { text: "value: y", what: "configuration" }],
      [{ text: "file: " }, { text: "b.wasm", what: "wasm" }, { text: " # c" }],
    ]);
  });

  it("keeps empty lines and a last line without an end", () => {
    expect(previewLines("\na\n\nb", [])).toEqual([[], [{ text: "a" }], [], [{ text: "b" }]]);
    expect(previewLines("", [])).toEqual([]);
  });
});
