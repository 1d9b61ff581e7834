/** The public surface of host-sim; the only barrel. */
export * from "./abi.ts";
export * from "./trace.ts";
export * from "./scenario.ts";
export { parseAddress, formatAddress, type Address } from "./address.ts";
export { parseDuration } from "./duration.ts";
export { simulate } from "./simulate.ts";
