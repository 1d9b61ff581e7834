/**
 * The argument of Envoy's foreign function `set_envoy_filter_state`, as protobuf bytes. Pure.
 *
 * SetEnvoyFilterStateArguments { string path = 1; string value = 2; LifeSpan span = 3; }
 * (Envoy source/extensions/common/wasm/ext/set_envoy_filter_state.proto). The span wanted is
 * FilterChain, which is 0; proto3 does not write a field that has its default.
 */
import { asciiBytes, ByteWriter, decimalLength } from "./proxy-wasm/memory";

const PATH_AND_VALUE_TAG = asciiBytes("\x0a\x17envoy.tcp_proxy.cluster\x12");
const OUTBOUND = asciiBytes("outbound|");

/** Writes the argument that sets the cluster to `name`, which is what the argument ends with. */
export function writeClusterState(out: ByteWriter, name: StaticArray<u8>): void {
  out.clear().array(PATH_AND_VALUE_TAG).varint(name.length).array(name);
}

/**
 * Writes the argument that sets the cluster to `outbound|{port}{rest}`, where `rest` is what
 * `writeIstioNameRest` made. Returns the length of that name, which is what the argument ends with.
 */
export function writeIstioClusterState(out: ByteWriter, port: u32, rest: StaticArray<u8>): u32 {
  const length = OUTBOUND.length + decimalLength(port) + rest.length;
  out.clear().array(PATH_AND_VALUE_TAG).varint(length).array(OUTBOUND).decimal(port).array(rest);
  return length;
}

/** Writes what follows the port in the name that Istio gives the cluster of a service. */
export function writeIstioNameRest(
  out: ByteWriter,
  cluster: StaticArray<u8>,
  namespace: StaticArray<u8>,
): void {
  out.clear().ascii("||").array(cluster).ascii(".").array(namespace).ascii(".svc.cluster.local");
}
