/** Changes nothing and says everything: one log line for each callback of a connection. */
import { registerRoot } from "../assembly/proxy-wasm/callbacks";
import { ConnectionContext, RootContext } from "../assembly/proxy-wasm/context";
import { FilterStatus, LogLevel, PeerType, Status } from "../assembly/proxy-wasm/enums";
import { getProperty, log } from "../assembly/proxy-wasm/host";
import { asciiBytes, ByteWriter, Slice } from "../assembly/proxy-wasm/memory";

const SOURCE_ADDRESS = asciiBytes("source\0address");
const DESTINATION_ADDRESS = asciiBytes("destination\0address");
const UPSTREAM_ADDRESS = asciiBytes("upstream\0address");

const line = new ByteWriter();
const value = new Slice();

class LoggingRoot extends RootContext {
  createConnection(): ConnectionContext {
    return new LoggingConnection(this);
  }
}

class LoggingConnection extends ConnectionContext {
  onNewConnection(): FilterStatus {
    line.clear().ascii("new connection from ");
    addProperty(SOURCE_ADDRESS);
    line.ascii(" to ");
    addProperty(DESTINATION_ADDRESS);
    log(LogLevel.Info, line);
    return FilterStatus.Continue;
  }

  onDownstreamData(size: u32, endOfStream: bool): FilterStatus {
    logData("client", size, endOfStream);
    return FilterStatus.Continue;
  }

  onUpstreamData(size: u32, endOfStream: bool): FilterStatus {
    logData("server", size, endOfStream);
    return FilterStatus.Continue;
  }

  onDownstreamClose(peer: PeerType): void {
    logClose("downstream", peer);
  }

  onUpstreamClose(peer: PeerType): void {
    logClose("upstream", peer);
  }

  onLog(): void {
    line.clear().ascii("over; it was connected to ");
    addProperty(UPSTREAM_ADDRESS);
    log(LogLevel.Info, line);
  }
}

function addProperty(path: StaticArray<u8>): void {
  if (getProperty(path, value) == Status.Ok) line.printable(value);
  else line.ascii("nothing");
}

function logData(from: string, size: u32, endOfStream: bool): void {
  line.clear().decimal(size).ascii(" bytes from the ").ascii(from);
  if (endOfStream) line.ascii(", the last ones");
  log(LogLevel.Info, line);
}

function logClose(side: string, peer: PeerType): void {
  line.clear().ascii(side).ascii(" closed, by ");
  line.ascii(peer == PeerType.Remote ? "the peer" : peer == PeerType.Local ? "Envoy" : "somebody");
  log(LogLevel.Info, line);
}

registerRoot(() => new LoggingRoot());

export {
  malloc,
  proxy_abi_version_0_2_1,
  proxy_on_context_create,
  proxy_on_delete,
  proxy_on_downstream_connection_close,
  proxy_on_downstream_data,
  proxy_on_log,
  proxy_on_new_connection,
  proxy_on_upstream_connection_close,
  proxy_on_upstream_data,
} from "../assembly/proxy-wasm/callbacks";
