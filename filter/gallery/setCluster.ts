/** What the filters of the gallery that route have in common. */
import { writeClusterState } from "../assembly/filterState";
import { Status } from "../assembly/proxy-wasm/enums";
import { callForeignFunction } from "../assembly/proxy-wasm/host";
import { asciiBytes, ByteWriter, Slice } from "../assembly/proxy-wasm/memory";

const SET_FILTER_STATE = asciiBytes("set_envoy_filter_state");

const message = new ByteWriter();
const argument = new Slice();
const result = new Slice();

/** Tells tcp_proxy which cluster to use. It looks once, before it connects. */
export function setCluster(name: StaticArray<u8>): Status {
  writeClusterState(message, name);
  return callForeignFunction(SET_FILTER_STATE, argument.viewWriter(message), result);
}
