/**
 * A decision that comes too late: the cluster is set when the client's first bytes are there, but
 * tcp_proxy has looked already, right after onNewConnection answered Continue.
 */
import { registerRoot } from "../assembly/proxy-wasm/callbacks";
import { ConnectionContext, RootContext } from "../assembly/proxy-wasm/context";
import { FilterStatus } from "../assembly/proxy-wasm/enums";
import { asciiBytes } from "../assembly/proxy-wasm/memory";
import { setCluster } from "./setCluster";

const CLUSTER = asciiBytes("egress1");

class TooLateRoot extends RootContext {
  createConnection(): ConnectionContext {
    return new TooLateConnection(this);
  }
}

class TooLateConnection extends ConnectionContext {
  onDownstreamData(_size: u32, _endOfStream: bool): FilterStatus {
    // Answered with Ok, and without effect.
    setCluster(CLUSTER);
    return FilterStatus.Continue;
  }
}

registerRoot(() => new TooLateRoot());

export {
  malloc,
  proxy_abi_version_0_2_1,
  proxy_on_context_create,
  proxy_on_delete,
  proxy_on_downstream_data,
  proxy_on_new_connection,
} from "../assembly/proxy-wasm/callbacks";
