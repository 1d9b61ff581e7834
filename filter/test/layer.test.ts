import { readFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { main as asc } from "assemblyscript/asc";
import { beforeAll, describe, expect, test } from "vitest";
import { moduleShape } from "./moduleShape.ts";

// The example exports every callback and uses the host calls that the filter itself does not need.
const filter = fileURLToPath(new URL("..", import.meta.url));
let bytes: Uint8Array<ArrayBuffer>;

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), "wasmerang-"));
  try {
    const out = join(folder, "example.wasm");
    const { error, stderr } = await asc(
      `assembly/proxy-wasm/example.ts --config none --baseDir ${filter} --outFile ${out} --runtime stub
       --exportStart _initialize --use abort=assembly/proxy-wasm/abort/abort`
        .trim()
        .split(/\s+/),
    );
    expect(error, stderr.toString()).toBeNull();
    bytes = new Uint8Array(readFileSync(out));
  } finally {
    rmSync(folder, { recursive: true });
  }
}, 180_000);

/** Plays the example on a host that notes each call and answers Ok. */
function start() {
  const calls: string[] = [];
  let now = 0n;
  let downstream = "";
  const memory = () => new DataView(instance.exports["memory"].buffer);
  const text = (address: number, length: number) =>
    Buffer.from(memory().buffer, address, length).toString();
  const imports: Record<string, (...args: number[]) => number> = {};
  for (const name of Object.keys(moduleShape(bytes).imports)) {
    imports[name] = (...args) => {
      const [a = 0, b = 0, c = 0, d = 0, e = 0] = args;
      let note = `${name} ${args.join(" ")}`;
      if (name === "proxy_log") note = `log ${a}: ${text(b, c)}`;
      if (name === "proxy_set_buffer_bytes") note = `${name} ${a} ${b} ${c} ${text(d, e)}`;
      if (name === "proxy_get_current_time_nanoseconds") {
        memory().setBigUint64(a, now, true);
        return 0;
      }
      if (name === "proxy_define_metric") {
        note = `${name} ${a} ${text(b, c)}`;
        memory().setUint32(d, 40 + a, true);
      }
      if (name === "proxy_get_log_level") return 0;
      if (name === "proxy_get_buffer_bytes") {
        const value = Buffer.from(downstream).subarray(b, b + c);
        const address = instance.exports["malloc"](value.length);
        Buffer.from(memory().buffer).set(value, address);
        memory().setUint32(d, address, true);
        memory().setUint32(e, value.length, true);
        return 0;
      }
      calls.push(note);
      return 0;
    };
  }
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  const instance: { exports: any } = new WebAssembly.Instance(new WebAssembly.Module(bytes), {
    env: imports,
  });
  instance.exports._initialize();
  return {
    guest: instance.exports,
    /** The calls since the last time. */
    calls: () => calls.splice(0),
    passTime: (nanoseconds: bigint) => (now += nanoseconds),
    receive: (data: string) => (downstream = data),
  };
}

describe("another filter on the TCP layer", () => {
  test("every callback and import has the signature of ABI 0.2.1", () => {
    const { exports, imports } = moduleShape(bytes);
    expect(exports).toMatchObject({
      malloc: "i:i",
      proxy_abi_version_0_2_1: ":",
      proxy_on_configure: "ii:i",
      proxy_on_context_create: "ii:",
      proxy_on_delete: "i:",
      proxy_on_done: "i:i",
      proxy_on_downstream_connection_close: "ii:",
      proxy_on_downstream_data: "iii:i",
      proxy_on_log: "i:",
      proxy_on_new_connection: "i:i",
      proxy_on_tick: "i:",
      proxy_on_upstream_connection_close: "ii:",
      proxy_on_upstream_data: "iii:i",
      proxy_on_vm_start: "ii:i",
    });
    expect(imports).toMatchObject({
      proxy_continue_stream: "i:i",
      proxy_get_current_time_nanoseconds: "i:i",
      proxy_record_metric: "iI:i",
      proxy_set_buffer_bytes: "iiiii:i",
      proxy_set_effective_context: "i:i",
      proxy_set_tick_period_milliseconds: "i:i",
    });
  });

  test("a whole life: start, hold, go on, data, too much data, close", () => {
    const { guest, calls, passTime, receive } = start();
    guest.proxy_on_context_create(1, 0);
    expect(guest.proxy_on_vm_start(1, 0)).toBe(1);
    expect(guest.proxy_on_configure(1, 0)).toBe(1);
    expect(calls()).toEqual([
      "proxy_set_tick_period_milliseconds 1000",
      "proxy_define_metric 0 limit_refused",
      "proxy_define_metric 2 limit_duration_ms",
    ]);

    guest.proxy_on_context_create(2, 1);
    expect(guest.proxy_on_new_connection(2)).toBe(1);
    guest.proxy_on_tick(1);
    guest.proxy_on_tick(1);
    expect(calls()).toEqual(["proxy_set_effective_context 2", "proxy_continue_stream 2"]);

    receive("PING!");
    expect(guest.proxy_on_downstream_data(2, 5, 0)).toBe(0);
    expect(calls()).toEqual(["proxy_set_buffer_bytes 2 0 4 PONG"]);
    expect(guest.proxy_on_downstream_data(2, 2000, 1)).toBe(1);
    expect(calls()).toEqual(["proxy_increment_metric 40 1", "proxy_close_stream 2"]);
    expect(guest.proxy_on_upstream_data(2, 1, 0)).toBe(1);
    expect(guest.proxy_on_upstream_data(2, 1, 1)).toBe(0);

    guest.proxy_on_upstream_connection_close(2, 2);
    guest.proxy_on_downstream_connection_close(2, 1);
    expect(guest.proxy_on_done(2)).toBe(1);
    passTime(7_000_000n);
    guest.proxy_on_log(2);
    guest.proxy_on_delete(2);
    expect(calls()).toEqual(["proxy_record_metric 42 7", "log 2: 2005 bytes, closed by 1"]);

    // The object of connection 2 serves connection 3, from the start.
    guest.proxy_on_context_create(3, 1);
    guest.proxy_on_log(3);
    guest.proxy_on_delete(3);
    expect(calls()).toEqual(["proxy_record_metric 42 0", "log 2: 0 bytes, closed by 0"]);
    expect(guest.proxy_on_done(1)).toBe(1);
    guest.proxy_on_delete(1);
    expect(guest.proxy_on_downstream_data(3, 5, 0)).toBe(0);
    expect(calls()).toEqual([]);
  });
});
