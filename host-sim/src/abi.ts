/**
 * Words of the proxy-wasm ABI, spelled as the specification spells them.
 * Source: proxy-wasm-cpp-sdk proxy_wasm_enums.h and proxy_wasm_common.h (ABI 0.2.1).
 */

/** What a host call answers (WasmResult). */
export const Status = {
  Ok: 0,
  NotFound: 1,
  BadArgument: 2,
  SerializationFailure: 3,
  ParseFailure: 4,
  BadExpression: 5,
  InvalidMemoryAccess: 6,
  Empty: 7,
  CasMismatch: 8,
  ResultMismatch: 9,
  InternalFailure: 10,
  BrokenConnection: 11,
  Unimplemented: 12,
} as const;
export type StatusName = keyof typeof Status;
export type Status = (typeof Status)[StatusName];

export const LogLevel = { trace: 0, debug: 1, info: 2, warn: 3, error: 4, critical: 5 } as const;
export type LogLevelName = keyof typeof LogLevel;
export type LogLevel = (typeof LogLevel)[LogLevelName];

export const FilterStatus = { Continue: 0, StopIteration: 1 } as const;

export const StreamType = { Request: 0, Response: 1, Downstream: 2, Upstream: 3 } as const;

export const BufferType = {
  HttpRequestBody: 0,
  HttpResponseBody: 1,
  NetworkDownstreamData: 2,
  NetworkUpstreamData: 3,
  HttpCallResponseBody: 4,
  GrpcReceiveBuffer: 5,
  VmConfiguration: 6,
  PluginConfiguration: 7,
  CallData: 8,
} as const;

export const HeaderMapType = {
  RequestHeaders: 0,
  RequestTrailers: 1,
  ResponseHeaders: 2,
  ResponseTrailers: 3,
  GrpcReceiveInitialMetadata: 4,
  GrpcReceiveTrailingMetadata: 5,
  HttpCallResponseHeaders: 6,
  HttpCallResponseTrailers: 7,
} as const;

/** Who closed the connection (CloseType, peer_type). */
export const PeerType = { Unknown: 0, Local: 1, Remote: 2 } as const;

export const MetricType = { Counter: 0, Gauge: 1, Histogram: 2 } as const;

/** A WASI errno as proxy-wasm-cpp-host numbers it (src/exports.cc). */
export const Errno = {
  success: 0,
  badf: 8,
  notdir: 20,
  fault: 21,
  inval: 28,
  noent: 44,
  nosys: 52,
  notsup: 58,
  notcapable: 76,
} as const;

export type AbiVersion = "0.1.0" | "0.2.0" | "0.2.1";

/** The wasm value types that occur in signatures of the ABI, WASI and any inspected module. */
export type WasmType = "i32" | "i64" | "f32" | "f64" | "v128" | "funcref" | "externref" | "ref";
export interface WasmSignature {
  readonly params: readonly WasmType[];
  readonly results: readonly WasmType[];
}

/** The name of a value of one of the tables above, or its number in words where it has none. */
export function nameOf(table: Readonly<Record<string, number>>, value: number): string {
  for (const name in table) if (table[name] === value) return name;
  return String(value);
}
