/**
 * What host functions ask of their embedder. proxy-wasm-cpp-host has the same seam: ContextBase with
 * virtual methods that Envoy implements.
 */
import type { AbiVersion, Status } from "../abi.ts";
import type { ByteRange, GuestMemory, Slice } from "../memory.ts";

/** A buffer that the guest may read and, if it is a connection's data, edit. */
export interface HostBuffer {
  readonly length: number;
  slice(start: number, end: number): Uint8Array;
  /** Answers BadArgument where Envoy does not edit. */
  write(start: number, length: number, data: Uint8Array): Status;
}

export type PropertyAnswer =
  | { readonly value: Uint8Array | string; readonly type: string }
  | { readonly status: Exclude<Status, 0>; readonly absent: string };

export interface HttpCallRequest {
  readonly cluster: string;
  readonly headers: Pairs;
  readonly body: Uint8Array;
  readonly trailers: Pairs;
  readonly timeoutMs: number;
}

export interface GrpcCallRequest {
  /** A GrpcService message, or the name of a cluster. */
  readonly service: Uint8Array;
  readonly timeoutMs: number;
}

/** A call to a cluster was begun, or why not. */
export type Called =
  | { readonly status: typeof Status.Ok; readonly token: number }
  | { readonly status: Exclude<Status, 0>; readonly token?: undefined };

/** As the result of a foreign function: it does not ask for room for one, not even for 0 bytes. */
export const NO_RESULT: Uint8Array = new Uint8Array(0);

/** Header pairs as bytes: names and values need not be UTF-8. */
export type Pairs = readonly (readonly [Uint8Array, Uint8Array])[];

/** The VM-wide part of the seam. */
export interface HostVm {
  readonly abi: AbiVersion;
  readonly memory: GuestMemory;
  /** In key order of Envoy's map; each entry becomes `KEY=VALUE\0`. */
  readonly environment: readonly (readonly [string, string])[];
  /** False when there is no such context. */
  setEffectiveContext(contextId: number): boolean;
  /** Unix time in nanoseconds. */
  now(): bigint;
  /** Nanoseconds since an arbitrary start. */
  monotonic(): bigint;
  random(bytes: Uint8Array): void;
  /** A line that Envoy writes at trace level (Context::error). */
  traceLine(text: string): void;
  /** A line of the host's own log, at level error. */
  errorLine(text: string): void;
  /** Explains the answer of the host call under way, in the trace. */
  note(text: string): void;
  /** Marks the host call under way as one that this version does not model. */
  notModelled(text: string): void;
  getSharedData(key: string): { readonly value: Uint8Array; readonly cas: number } | undefined;
  setSharedData(key: string, value: Uint8Array, cas: number): Status;
  resolveQueue(vmId: string, name: string): number | undefined;
  enqueue(token: number, data: Uint8Array): Status;
  /** Undefined: no such queue. `empty`: nothing in it. */
  dequeue(token: number): Uint8Array | "empty" | undefined;
  defineMetric(type: number, name: string): number;
  incrementMetric(id: number, offset: bigint): Status;
  recordMetric(id: number, value: bigint): Status;
  getMetric(id: number): bigint | Exclude<Status, 0>;
}

/** One context: the VM (0), the plugin (root) or a connection (stream). */
export interface HostContext {
  readonly id: number;
  readonly vm: HostVm;
  log(level: number, message: ByteRange): void;
  logLevel(): number;
  /** `path` is only valid during the call. */
  getProperty(path: Slice): PropertyAnswer;
  setProperty(path: Uint8Array, value: Uint8Array): Status;
  /** Undefined: no such buffer now (NotFound). */
  buffer(type: number): HostBuffer | undefined;
  continueStream(type: number): Status;
  closeStream(type: number): Status;
  setTickPeriod(milliseconds: number): void;
  registerQueue(name: string): number;
  /** proxy_done. */
  done(): Status;
  /** Status and message of the last gRPC call of the root context. */
  callStatus(): { readonly code: number; readonly message: Uint8Array };
  /** Undefined: no function of that name (NotFound, results untouched). */
  callForeignFunction(
    name: Slice,
    args: Slice,
  ): { readonly status: Status; readonly results: Uint8Array } | undefined;
  /** proxy_get_configuration: the plugin's while it is configured, else the VM's. */
  configuration(): Uint8Array;
  /** Undefined: there is no such map now. */
  headerMap(type: number): Pairs | undefined;
  httpCall(request: HttpCallRequest): Called;
  grpcCall(request: GrpcCallRequest): Called;
  grpcStream(request: GrpcCallRequest): Called;
  grpcSend(token: number, endStream: boolean): Status;
  grpcCancel(token: number): Status;
  grpcClose(token: number): Status;
  /** The token of the next name that is resolved. */
  nextDnsToken(): number;
  /** Calls envoy_on_resolve_dns, at once or later. */
  resolveDns(name: string, token: number): void;
}
