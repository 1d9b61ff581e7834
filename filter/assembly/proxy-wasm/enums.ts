/**
 * Words of the proxy-wasm ABI 0.2.1, spelled as the specification spells them
 * (proxy-wasm-cpp-sdk: proxy_wasm_enums.h, proxy_wasm_common.h).
 */

/** What a host call answers. */
export const enum Status {
  Ok = 0,
  NotFound = 1,
  BadArgument = 2,
  SerializationFailure = 3,
  ParseFailure = 4,
  BadExpression = 5,
  InvalidMemoryAccess = 6,
  Empty = 7,
  CasMismatch = 8,
  ResultMismatch = 9,
  InternalFailure = 10,
  BrokenConnection = 11,
  Unimplemented = 12,
}

export const enum LogLevel {
  Trace = 0,
  Debug = 1,
  Info = 2,
  Warn = 3,
  Error = 4,
  Critical = 5,
}

/** What a callback about a connection or its data returns. */
export const enum FilterStatus {
  Continue = 0,
  StopIteration = 1,
}

export const enum StreamType {
  Request = 0,
  Response = 1,
  Downstream = 2,
  Upstream = 3,
}

export const enum BufferType {
  NetworkDownstreamData = 2,
  NetworkUpstreamData = 3,
  VmConfiguration = 6,
  PluginConfiguration = 7,
  CallData = 8,
}

/** Who closed a connection. */
export const enum PeerType {
  Unknown = 0,
  Local = 1,
  Remote = 2,
}

export const enum MetricType {
  Counter = 0,
  Gauge = 1,
  Histogram = 2,
}

/**
 * The names of the statuses, in the order of their numbers. One literal: `+` would allocate while the
 * heap is not set up yet, see abort.ts.
 */
// prettier-ignore
export const STATUS_NAMES = "Ok NotFound BadArgument SerializationFailure ParseFailure BadExpression InvalidMemoryAccess Empty CasMismatch ResultMismatch InternalFailure BrokenConnection Unimplemented";
