import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { debugBytes, debugModule, Host, releaseBytes, releaseModule } from "./host.ts";

/** What the filter imports, and no more: all of it is in Envoy's table for ABI 0.2.1. */
const imports = {
  proxy_call_foreign_function: "iiiiii:i",
  proxy_close_stream: "i:i",
  proxy_define_metric: "iiii:i",
  proxy_get_buffer_bytes: "iiiii:i",
  proxy_get_log_level: "i:i",
  proxy_get_property: "iiii:i",
  proxy_increment_metric: "iI:i",
  proxy_log: "iii:i",
};
const exports = {
  _initialize: ":",
  malloc: "i:i",
  proxy_abi_version_0_2_1: ":",
  proxy_on_configure: "ii:i",
  proxy_on_context_create: "ii:",
  proxy_on_delete: "i:",
  proxy_on_new_connection: "i:i",
};
const budgetBytes = 16_384;

interface Shape {
  readonly sections: readonly number[];
  readonly customSections: readonly string[];
  readonly imports: Record<string, string>;
  readonly exports: Record<string, string>;
}

/** Sections and signatures of a module; WebAssembly.Module does not tell them. */
function shapeOf(bytes: Uint8Array): Shape {
  let at = 8;
  const byte = () => bytes[at++] ?? 0;
  const number = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const next = byte();
      value += (next & 0x7f) * 2 ** shift;
      if (next < 0x80) return value;
    }
  };
  const text = () => {
    const length = number();
    at += length;
    return Buffer.from(bytes.subarray(at - length, at)).toString();
  };
  const list = <T>(read: () => T) => Array.from({ length: number() }, read);
  const valueTypes = () =>
    list(byte)
      .map((type) => ({ 0x7f: "i", 0x7e: "I" })[type] ?? "?")
      .join("");

  const sections: number[] = [];
  const customSections: string[] = [];
  let types: string[] = [];
  const functions: string[] = [];
  const shape = { sections, customSections, imports: {}, exports: {} } as Shape;
  while (at < bytes.length) {
    const id = byte();
    const size = number();
    const end = at + size;
    sections.push(id);
    if (id === 0) customSections.push(text());
    if (id === 1) {
      types = list(() => {
        expect(byte()).toBe(0x60);
        return `${valueTypes()}:${valueTypes()}`;
      });
    }
    if (id === 2) {
      list(() => {
        expect(text()).toBe("env");
        const name = text();
        expect(byte()).toBe(0);
        const type = types[number()] ?? "?";
        functions.push(type);
        shape.imports[name] = type;
      });
    }
    if (id === 3) functions.push(...list(() => types[number()] ?? "?"));
    if (id === 7) {
      list(() => {
        const name = text();
        const kind = byte();
        const index = number();
        shape.exports[name] = kind === 0 ? (functions[index] ?? "?") : `kind ${kind}`;
      });
    }
    at = end;
  }
  return shape;
}

describe.each([
  ["release", releaseBytes, releaseModule],
  ["debug", debugBytes, debugModule],
])("the %s build", (_, bytes, module) => {
  const shape = shapeOf(bytes);

  test("imports only what Envoy registers, with its signatures", () => {
    expect(shape.imports).toEqual(imports);
  });

  test("exports what the host looks for, with its signatures, and the memory", () => {
    expect(shape.exports).toEqual({ ...exports, memory: "kind 2" });
  });

  test("has no start section", () => {
    expect(shape.sections).not.toContain(8);
  });

  test("asks nothing of the host when it starts", () => {
    expect(new Host(module).calls).toEqual([]);
  });
});

describe("sizes", () => {
  test(`the release build is at most ${budgetBytes} bytes and carries nothing but code and data`, () => {
    expect(releaseBytes.length).toBeLessThanOrEqual(budgetBytes);
    expect(shapeOf(releaseBytes).customSections).toEqual([]);
  });

  test("the debug build has names and a source map", () => {
    expect(shapeOf(debugBytes).customSections).toEqual(["name", "sourceMappingURL"]);
    const map: unknown = JSON.parse(
      readFileSync(new URL("../build/wasmerang.debug.wasm.map", import.meta.url), "utf8"),
    );
    expect(map).toMatchObject({ version: 3 });
    expect((map as { sources: string[] }).sources).toContain("assembly/filter.ts");
    expect((map as { sources: string[] }).sources.filter((path) => path.startsWith("/"))).toEqual(
      [],
    );
  });

  test("two builds are the same, byte for byte, and are what is in build/", () => {
    const folder = mkdtempSync(join(tmpdir(), "wasmerang-"));
    try {
      const out = join(folder, "again.wasm");
      execFileSync("npx", ["asc", "--target", "release", "--outFile", out], {
        cwd: fileURLToPath(new URL("..", import.meta.url)),
      });
      expect(readFileSync(out).equals(releaseBytes)).toBe(true);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }, 60_000);
});

describe("memory", () => {
  const configuration = '{"mode":"istio","ports":{"443":8443}}';

  test("stays as it is over 200,000 connections, one after the other", () => {
    const host = new Host();
    host.configure(configuration);
    host.isRecording = false;
    const play = (count: number) => {
      for (let i = 0; i < count; i++) {
        host.connect(i % 10 === 9 ? "/run/app.sock" : `10.0.${(i >> 8) & 255}.${i & 255}:51324`);
        host.disconnect();
      }
    };
    play(1000);
    const before = host.bytes(0, host.exports.memory.buffer.byteLength);
    play(200_000);
    const after = host.bytes(0, host.exports.memory.buffer.byteLength);
    expect(after.length).toBe(before.length);
    // Nothing was handed out either: where the heap ended it still ends.
    const end = (bytes: Uint8Array) => bytes.findLastIndex((byte) => byte !== 0);
    expect(end(after)).toBe(end(before));
  }, 60_000);

  test("grows with the connections that are open, and is used again when they are gone", () => {
    const host = new Host();
    host.configure(configuration);
    host.isRecording = false;
    const open = 20_000;
    const play = () => {
      const first = 1_000_000;
      for (let id = first; id < first + open; id++) {
        host.exports.proxy_on_context_create(id, 1);
        host.exports.proxy_on_new_connection(id);
      }
      for (let id = first; id < first + open; id++) host.exports.proxy_on_delete(id);
    };
    const before = host.exports.memory.buffer.byteLength;
    play();
    const peak = host.exports.memory.buffer.byteLength;
    expect(peak - before).toBeLessThan(open * 80 + 65_536);
    for (let i = 0; i < 5; i++) play();
    expect(host.exports.memory.buffer.byteLength).toBe(peak);
  });

  test("a context whose number is given again takes the place of the old one", () => {
    const host = new Host();
    host.configure("");
    host.isRecording = false;
    for (let i = 0; i < 1000; i++) host.exports.proxy_on_context_create(5, 1);
    host.exports.proxy_on_delete(5);
    expect(host.exports.proxy_on_new_connection(5)).toBe(0);
    expect(host.filterStates).toEqual([]);
  });
});
