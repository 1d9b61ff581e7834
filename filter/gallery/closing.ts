/** A door: sources with an odd last byte are closed, all others go on to tcp_proxy's own cluster. */
import { IpAddress, readSocketAddress } from "../assembly/address";
import { registerRoot } from "../assembly/proxy-wasm/callbacks";
import { ConnectionContext, RootContext } from "../assembly/proxy-wasm/context";
import { FilterStatus, LogLevel, Status, StreamType } from "../assembly/proxy-wasm/enums";
import { closeStream, getProperty, log } from "../assembly/proxy-wasm/host";
import { asciiBytes, ByteWriter, Slice } from "../assembly/proxy-wasm/memory";

const SOURCE_ADDRESS = asciiBytes("source\0address");

const source = new Slice();
const address = new IpAddress();
const line = new ByteWriter();

class ClosingRoot extends RootContext {
  createConnection(): ConnectionContext {
    return new ClosingConnection(this);
  }
}

class ClosingConnection extends ConnectionContext {
  onNewConnection(): FilterStatus {
    const status = getProperty(SOURCE_ADDRESS, source);
    const isKnown = status == Status.Ok && readSocketAddress(source, address);
    if (isKnown && address.lastByte % 2 == 0) return FilterStatus.Continue;

    log(LogLevel.Warn, line.clear().printable(source).ascii(" is not let in"));
    closeStream(StreamType.Downstream);
    // The close happens once this has returned. Until then nothing may get past this filter.
    return FilterStatus.StopIteration;
  }
}

registerRoot(() => new ClosingRoot());

export {
  malloc,
  proxy_abi_version_0_2_1,
  proxy_on_context_create,
  proxy_on_delete,
  proxy_on_new_connection,
} from "../assembly/proxy-wasm/callbacks";
