/** A mistake that kills: a source with an odd last byte reads past the end of an array, which traps. */
import { IpAddress, readSocketAddress } from "../assembly/address";
import { registerRoot } from "../assembly/proxy-wasm/callbacks";
import { ConnectionContext, RootContext } from "../assembly/proxy-wasm/context";
import { FilterStatus, Status } from "../assembly/proxy-wasm/enums";
import { getProperty } from "../assembly/proxy-wasm/host";
import { asciiBytes, Slice } from "../assembly/proxy-wasm/memory";
import { setCluster } from "./setCluster";

const SOURCE_ADDRESS = asciiBytes("source\0address");

/** One for an even last byte, and none for an odd one. */
const CLUSTERS: StaticArray<StaticArray<u8>> = [asciiBytes("egress1")];

const source = new Slice();
const address = new IpAddress();

class TrappingRoot extends RootContext {
  createConnection(): ConnectionContext {
    return new TrappingConnection(this);
  }
}

class TrappingConnection extends ConnectionContext {
  onNewConnection(): FilterStatus {
    if (getProperty(SOURCE_ADDRESS, source) != Status.Ok) return FilterStatus.Continue;
    if (!readSocketAddress(source, address)) return FilterStatus.Continue;
    setCluster(CLUSTERS[address.lastByte % 2]);
    return FilterStatus.Continue;
  }
}

registerRoot(() => new TrappingRoot());

export {
  malloc,
  proxy_abi_version_0_2_1,
  proxy_on_context_create,
  proxy_on_delete,
  proxy_on_new_connection,
} from "../assembly/proxy-wasm/callbacks";
