/** The least that routes: every connection goes to egress2. */
import { registerRoot } from "../assembly/proxy-wasm/callbacks";
import { ConnectionContext, RootContext } from "../assembly/proxy-wasm/context";
import { FilterStatus } from "../assembly/proxy-wasm/enums";
import { asciiBytes } from "../assembly/proxy-wasm/memory";
import { setCluster } from "./setCluster";

const CLUSTER = asciiBytes("egress2");

class MinimalRoot extends RootContext {
  createConnection(): ConnectionContext {
    return new MinimalConnection(this);
  }
}

class MinimalConnection extends ConnectionContext {
  onNewConnection(): FilterStatus {
    setCluster(CLUSTER);
    return FilterStatus.Continue;
  }
}

registerRoot(() => new MinimalRoot());

export {
  malloc,
  proxy_abi_version_0_2_1,
  proxy_on_context_create,
  proxy_on_delete,
  proxy_on_new_connection,
} from "../assembly/proxy-wasm/callbacks";
