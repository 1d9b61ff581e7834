/** The guest itself, on a host whose calls do nothing but answer. */
import { cpuClock } from "./connections.ts";
import type { Part } from "./part.ts";
import { median } from "./rounds.ts";

const INFO = 2;
const WARN = 3;
const WARM_UP_ROUNDS = 8;
const SOURCE = "10.0.0.42:51324";

interface Exports {
  readonly memory: WebAssembly.Memory;
  malloc(size: number): number;
  _initialize(): void;
  proxy_on_context_create(id: number, parent: number): void;
  proxy_on_configure(id: number, size: number): number;
  proxy_on_new_connection(id: number): number;
  proxy_on_delete(id: number): void;
}

/** The address is always the same one, written into memory beforehand. */
function instantiate(wasm: Uint8Array, logLevel: number): Exports {
  let words = new DataView(new ArrayBuffer(0));
  let address = 0;
  const ok = () => 0;
  const env = {
    proxy_log: ok,
    proxy_close_stream: ok,
    proxy_define_metric: ok,
    proxy_increment_metric: ok,
    proxy_get_buffer_bytes: ok,
    proxy_call_foreign_function: ok,
    proxy_get_log_level(at: number): number {
      words.setUint32(at, logLevel, true);
      return 0;
    },
    proxy_get_property(_path: number, _length: number, at: number, sizeAt: number): number {
      words.setUint32(at, address, true);
      words.setUint32(sizeAt, SOURCE.length, true);
      return 0;
    },
  };
  const module = new WebAssembly.Module(wasm as BufferSource);
  const exports = new WebAssembly.Instance(module, { env }).exports as unknown as Exports;
  exports._initialize();
  exports.proxy_on_context_create(1, 0);
  if (exports.proxy_on_configure(1, 0) !== 1) throw new Error("the filter refused the defaults");
  address = exports.malloc(64);
  // The start of what malloc hands out is used again; the address stands behind it.
  address += 48;
  words = new DataView(exports.memory.buffer);
  new TextEncoder().encodeInto(SOURCE, new Uint8Array(exports.memory.buffer, address));
  return exports;
}

function nanoseconds(wasm: Uint8Array, connections: number, rounds: number, level: number): number {
  const guest = instantiate(wasm, level);
  const times: number[] = [];
  let id = 2;
  for (let round = -WARM_UP_ROUNDS; round < rounds; round++) {
    const started = cpuClock();
    for (let i = 0; i < connections; i++, id++) {
      guest.proxy_on_context_create(id, 1);
      guest.proxy_on_new_connection(id);
      guest.proxy_on_delete(id);
    }
    if (round >= 0) times.push(((cpuClock() - started) * 1000) / connections);
  }
  return median(times);
}

export const guestAlone: Part = {
  name: "guest",
  title: "The filter itself: host calls that only answer, CPU time",
  run: ({ wasm, connections, rounds }) => [
    {
      what: "a connection at log level warn",
      value: nanoseconds(wasm, connections, rounds, WARN),
      unit: "ns",
      target: 700,
    },
    {
      what: "a connection at log level info",
      value: nanoseconds(wasm, connections, rounds, INFO),
      unit: "ns",
    },
  ],
};
