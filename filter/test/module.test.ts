import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { debugBytes, debugModule, Host, releaseBytes, releaseModule } from "./host.ts";
import { moduleShape } from "./moduleShape.ts";

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

interface StartExports {
  readonly memory: WebAssembly.Memory;
  _initialize(): void;
}

const buildFolder = new URL("../build/", import.meta.url);
const gallery = JSON.parse(
  readFileSync(new URL("../gallery/gallery.json", import.meta.url), "utf8"),
) as readonly { readonly id: string }[];

describe.each([
  ["release", releaseBytes, releaseModule],
  ["debug", debugBytes, debugModule],
])("the %s build", (_, bytes, module) => {
  const shape = moduleShape(bytes);

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

describe.each(gallery.flatMap(({ id }) => [`${id}.wasm`, `${id}.debug.wasm`]))("%s", (file) => {
  test("leaves its static data alone when it starts", () => {
    const module = new WebAssembly.Module(readFileSync(new URL(file, buildFolder)));
    const names = WebAssembly.Module.imports(module).map(({ name }) => [name, () => 0]);
    const instance = new WebAssembly.Instance(module, { env: Object.fromEntries(names) });
    const { memory, _initialize } = instance.exports as unknown as StartExports;
    const before = new Uint8Array(memory.buffer).slice();
    _initialize();
    const after = new Uint8Array(memory.buffer);
    const endOfData = before.findLastIndex((byte) => byte !== 0) + 1;
    const firstChange = after.findIndex((byte, at) => byte !== (before[at] ?? 0));
    expect(endOfData).toBeGreaterThan(0);
    if (firstChange >= 0) expect(firstChange).toBeGreaterThanOrEqual(endOfData);
  });
});

describe("sizes", () => {
  test(`the release build is at most ${budgetBytes} bytes and carries nothing but code and data`, () => {
    expect(releaseBytes.length).toBeLessThanOrEqual(budgetBytes);
    expect(moduleShape(releaseBytes).customSections).toEqual([]);
  });

  test("the debug build has names and a source map", () => {
    expect(moduleShape(debugBytes).customSections).toEqual(["name", "sourceMappingURL"]);
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
      execFileSync("npx", ["asc", "assembly/index.ts", "--target", "release", "--outFile", out], {
        cwd: fileURLToPath(new URL("..", import.meta.url)),
      });
      expect(readFileSync(out).equals(releaseBytes)).toBe(true);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }, 180_000);
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

  test("a new configuration in the same VM costs little, and nothing but its own size", () => {
    const host = new Host();
    host.isRecording = false;
    const configuration = '{"mode":"istio","clusters":["egress1","egress2"],"onUndecided":"close"}';
    host.configure(configuration, 1);
    const before = host.exports.memory.buffer.byteLength;
    const updates = 1000;
    for (let root = 2; root < 2 + updates; root++) {
      host.configure(configuration, root);
      host.exports.proxy_on_delete(root - 1);
    }
    const bytesEach = (host.exports.memory.buffer.byteLength - before) / updates;
    expect(bytesEach).toBeLessThan(2048);
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
