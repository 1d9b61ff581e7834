/**
 * The smallest host that can play a connection for the filter, with every answer in the test's hand.
 * It shares nothing with host-sim: what both agree on was found twice.
 */
import { readFileSync } from "node:fs";

const Ok = 0;
const NotFound = 1;
const InvalidMemoryAccess = 6;

/** A host call as the test sees it. */
export interface Call {
  readonly name: string;
  readonly args: readonly number[];
}

/** What one host call shall answer instead of what it would. */
export interface Fault {
  readonly call: string;
  /** Counts the calls of that name from 1. Every one if it is absent. */
  readonly nth?: number;
  readonly status?: number;
  /** Answers Ok with this value. */
  readonly value?: Uint8Array;
  /** Answers Ok and writes these words where the address and the length of the value belong. */
  readonly words?: readonly [number, number];
}

export interface LogLine {
  readonly level: number;
  readonly text: string;
}

interface FilterExports {
  readonly memory: WebAssembly.Memory;
  malloc(size: number): number;
  _initialize(): void;
  proxy_on_context_create(id: number, parent: number): void;
  proxy_on_configure(root: number, size: number): number;
  proxy_on_new_connection(id: number): number;
  proxy_on_delete(id: number): void;
}

const release = new URL("../build/wasmerang.wasm", import.meta.url);
const debug = new URL("../build/wasmerang.debug.wasm", import.meta.url);
export const releaseBytes = readFileSync(release);
export const debugBytes = readFileSync(debug);
export const releaseModule = new WebAssembly.Module(releaseBytes);
export const debugModule = new WebAssembly.Module(debugBytes);

const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** Bytes of text; bytes stay as they are. */
export function bytesOf(value: string | Uint8Array): Uint8Array {
  return typeof value === "string" ? encoder.encode(value) : value;
}

/** A number as Envoy's integer properties hold it: 8 bytes, little-endian. */
export function int64(value: number | bigint): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigInt64(0, BigInt(value), true);
  return bytes;
}

/** One VM with the filter in it. */
export class Host {
  readonly calls: Call[] = [];
  readonly logs: LogLine[] = [];
  /** The argument of each set_envoy_filter_state. */
  readonly filterStates: Uint8Array[] = [];
  readonly closed: number[] = [];
  /** Names and values of the metrics by their number. */
  readonly metrics = new Map<number, { readonly name: string; value: number }>();
  readonly properties = new Map<string, Uint8Array>();
  readonly exports: FilterExports;
  faults: readonly Fault[] = [];
  logLevel = 0;
  configuration: Uint8Array = new Uint8Array(0);
  /** Off for measuring: nothing is written down then. */
  isRecording = true;
  private readonly counts = new Map<string, number>();
  private nextId = 2;

  constructor(module: WebAssembly.Module = releaseModule) {
    const imports: Record<string, (...args: number[]) => number> = {};
    for (const { name } of WebAssembly.Module.imports(module)) {
      imports[name] = (...args) => this.call(name, args);
    }
    const instance = new WebAssembly.Instance(module, { env: imports });
    this.exports = instance.exports as unknown as FilterExports;
    this.exports._initialize();
  }

  /** A root context with a configuration; true if the filter accepts it. */
  configure(configuration: string | Uint8Array, root = 1): boolean {
    this.configuration = bytesOf(configuration);
    this.exports.proxy_on_context_create(root, 0);
    return this.exports.proxy_on_configure(root, this.configuration.length) === 1;
  }

  /** A connection from `source`, which stays open; answers what the filter returns. */
  connect(
    source: string | Uint8Array,
    destinationPort: number | Uint8Array = 443,
    root = 1,
  ): number {
    this.properties.set("source.address", bytesOf(source));
    this.properties.set(
      "destination.port",
      typeof destinationPort === "number" ? int64(destinationPort) : destinationPort,
    );
    const id = this.nextId++;
    this.exports.proxy_on_context_create(id, root);
    return this.exports.proxy_on_new_connection(id);
  }

  /** The connection that `connect` made last ends. */
  disconnect(): void {
    this.exports.proxy_on_delete(this.nextId - 1);
  }

  /** A counter's value by its name. */
  counter(name: string): number | undefined {
    for (const metric of this.metrics.values()) if (metric.name === name) return metric.value;
    return undefined;
  }

  bytes(address: number, length: number): Uint8Array {
    return new Uint8Array(this.exports.memory.buffer, address >>> 0, length >>> 0).slice();
  }

  text(address: number, length: number): string {
    return decoder.decode(this.bytes(address, length));
  }

  private call(name: string, args: number[]): number {
    if (this.isRecording) this.calls.push({ name, args });
    const count = (this.counts.get(name) ?? 0) + 1;
    this.counts.set(name, count);
    for (const fault of this.faults) {
      if (fault.call !== name || (fault.nth !== undefined && fault.nth !== count)) continue;
      if (fault.status !== undefined) return fault.status;
      const [addressAt, lengthAt] = resultsOf(name, args);
      if (fault.words) {
        this.write32(addressAt, fault.words[0]);
        if (lengthAt !== undefined) this.write32(lengthAt, fault.words[1]);
        return Ok;
      }
      if (fault.value) return this.give(fault.value, addressAt, lengthAt ?? addressAt);
    }
    return this.serve(name, args);
  }

  private serve(name: string, args: number[]): number {
    const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = args;
    switch (name) {
      case "proxy_log":
        if (this.isRecording) this.logs.push({ level: a, text: this.text(b, c) });
        return Ok;
      case "proxy_get_log_level":
        this.write32(a, this.logLevel);
        return Ok;
      case "proxy_get_property": {
        const path = this.text(a, b).replaceAll("\0", ".");
        const value = this.properties.get(path);
        return value ? this.give(value, c, d) : NotFound;
      }
      case "proxy_get_buffer_bytes":
        if (a !== 7) return NotFound;
        return this.give(this.configuration.subarray(b, b + (c >>> 0)), d, e);
      case "proxy_define_metric": {
        const id = 4 * (this.metrics.size + 1);
        this.metrics.set(id, { name: this.text(b, c), value: 0 });
        this.write32(d, id);
        return Ok;
      }
      case "proxy_increment_metric": {
        const metric = this.metrics.get(a);
        if (!metric) return NotFound;
        metric.value += Number(b);
        return Ok;
      }
      case "proxy_call_foreign_function":
        if (this.text(a, b) !== "set_envoy_filter_state") return NotFound;
        if (this.isRecording) this.filterStates.push(this.bytes(c, d));
        this.write32(e, 0);
        this.write32(f, 0);
        return Ok;
      case "proxy_close_stream":
        this.closed.push(a);
        return Ok;
      default:
        throw new Error(`the test host does not know ${name}`);
    }
  }

  /** Hands a value over as Envoy does: nothing is asked of malloc for an empty one. */
  private give(value: Uint8Array, addressAt: number, lengthAt: number): number {
    let address = 0;
    if (value.length > 0) {
      address = this.exports.malloc(value.length) >>> 0;
      if (address === 0 || address + value.length > this.exports.memory.buffer.byteLength) {
        return InvalidMemoryAccess;
      }
      new Uint8Array(this.exports.memory.buffer).set(value, address);
    }
    this.write32(addressAt, address);
    this.write32(lengthAt, value.length);
    return Ok;
  }

  private write32(address: number, value: number): void {
    new DataView(this.exports.memory.buffer).setUint32(address >>> 0, value >>> 0, true);
  }
}

/** Where a call wants its results: an address and, if the result is bytes, a length. */
function resultsOf(name: string, args: readonly number[]): readonly [number, number | undefined] {
  const position = {
    proxy_get_property: 2,
    proxy_get_buffer_bytes: 3,
    proxy_call_foreign_function: 4,
  }[name];
  if (position !== undefined) return [args[position] ?? 0, args[position + 1]];
  if (name === "proxy_get_log_level") return [args[0] ?? 0, undefined];
  if (name === "proxy_define_metric") return [args[3] ?? 0, undefined];
  throw new Error(`${name} has no results`);
}
