/**
 * Routes by what the client says first: TLS to egress1, anything else to egress2. It holds the
 * connection until the first bytes are there; where the server speaks first, both would wait. Bytes
 * that cannot be read decide nothing: the connection then goes to tcp_proxy's own cluster.
 * Envoy reads nothing before it has an upstream, unless tcp_proxy has max_early_data_bytes.
 */
import { registerRoot } from "../assembly/proxy-wasm/callbacks";
import { ConnectionContext, RootContext } from "../assembly/proxy-wasm/context";
import { BufferType, FilterStatus, Status } from "../assembly/proxy-wasm/enums";
import { getBufferBytes } from "../assembly/proxy-wasm/host";
import { asciiBytes, Slice } from "../assembly/proxy-wasm/memory";
import { setCluster } from "./setCluster";

/** The first byte of a TLS record that holds a handshake. */
const TLS_HANDSHAKE: u8 = 0x16;
const TLS_CLUSTER = asciiBytes("egress1");
const OTHER_CLUSTER = asciiBytes("egress2");

const bytes = new Slice();

class FirstBytesRoot extends RootContext {
  createConnection(): ConnectionContext {
    return new FirstBytesConnection(this);
  }
}

class FirstBytesConnection extends ConnectionContext {
  private isDecided: bool = false;

  onCreate(): void {
    this.isDecided = false;
  }

  /** Stops before tcp_proxy, which therefore has not looked yet when the bytes come. */
  onNewConnection(): FilterStatus {
    return FilterStatus.StopIteration;
  }

  onDownstreamData(size: u32, _endOfStream: bool): FilterStatus {
    if (this.isDecided || size == 0) return FilterStatus.Continue;
    const status = getBufferBytes(BufferType.NetworkDownstreamData, 0, 1, bytes);
    this.isDecided = true;
    if (status != Status.Ok || bytes.length == 0) return FilterStatus.Continue;
    setCluster(bytes.at(0) == TLS_HANDSHAKE ? TLS_CLUSTER : OTHER_CLUSTER);
    return FilterStatus.Continue;
  }
}

registerRoot(() => new FirstBytesRoot());

export {
  malloc,
  proxy_abi_version_0_2_1,
  proxy_on_context_create,
  proxy_on_delete,
  proxy_on_downstream_data,
  proxy_on_new_connection,
} from "../assembly/proxy-wasm/callbacks";
