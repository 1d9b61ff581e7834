/** The filter: reads where a connection comes from, decides, and tells tcp_proxy through filter state. */
import { IpAddress, readSocketAddress } from "./address";
import { Config, readConfig } from "./config";
import { writeIstioClusterState } from "./filterState";
import { ConnectionContext, RootContext } from "./proxy-wasm/context";
import {
  BufferType,
  FilterStatus,
  LogLevel,
  Status,
  STATUS_NAMES,
  StreamType,
} from "./proxy-wasm/enums";
import {
  callForeignFunction,
  closeStream,
  getBufferBytes,
  getProperty,
  isLogged,
  log,
} from "./proxy-wasm/host";
import { asciiBytes, ByteWriter, Slice } from "./proxy-wasm/memory";
import { Counter } from "./proxy-wasm/counter";
import { pickTarget } from "./routing";

const SOURCE_ADDRESS = asciiBytes("source\0address");
const DESTINATION_PORT = asciiBytes("destination\0port");

// The calls by the names that a warning gives them.
const GET_SOURCE_ADDRESS = "proxy_get_property(source.address)";
const GET_DESTINATION_PORT = "proxy_get_property(destination.port)";
const CALL_SET_FILTER_STATE = "set_envoy_filter_state";

const SET_FILTER_STATE = asciiBytes(CALL_SET_FILTER_STATE);

// Used again by every callback, so that a connection allocates nothing. They hold nothing from one
// callback to the next.
const source = new Slice();
const port = new Slice();
const argument = new Slice();
const clusterName = new Slice();
const result = new Slice();
const address = new IpAddress();
const text = new ByteWriter();
const line = new ByteWriter();

/** One plugin configuration, its rule and its counters. */
@final
export class WasmerangRoot extends RootContext {
  /** Null until a configuration was accepted. */
  config: Config | null = null;
  /** By the index of the target. */
  routed: StaticArray<Counter> = new StaticArray<Counter>(0);
  undecided: Counter = new Counter();
  failed: Counter = new Counter();

  createConnection(): ConnectionContext {
    return new WasmerangConnection(this);
  }

  onConfigure(configurationSize: u32): bool {
    const bytes = source;
    bytes.clear();
    line.clear().ascii("configuration refused: ");
    if (configurationSize > 0) {
      const type = BufferType.PluginConfiguration;
      const status = getBufferBytes(type, 0, configurationSize, bytes);
      if (status != Status.Ok || bytes.length != configurationSize) {
        addAnswer(line.ascii("proxy_get_buffer_bytes"), status, "a part of it");
        return refuse();
      }
    }
    const config = readConfig(bytes, text.clear());
    if (config === null) {
      line.slice(result.viewWriter(text));
      return refuse();
    }
    this.config = config;

    const routed = new StaticArray<Counter>(config.targets.count);
    let target = config.targets.first;
    while (target !== null) {
      const counter = new Counter();
      define(counter, text.clear().ascii("wasmerang_routed_").array(target.name));
      unchecked((routed[target.index] = counter));
      target = target.next;
    }
    this.routed = routed;
    define(this.undecided, text.clear().ascii("wasmerang_undecided"));
    define(this.failed, text.clear().ascii("wasmerang_failed"));
    return true;
  }
}

/** One connection. It is decided at once; nothing about it is kept. */
@final
class WasmerangConnection extends ConnectionContext {
  constructor(private plugin: WasmerangRoot) {
    super(plugin);
  }

  onNewConnection(): FilterStatus {
    const plugin = this.plugin;
    const config = plugin.config;
    // Envoy lets no connection come to a plugin whose configuration was refused.
    if (config === null) return FilterStatus.Continue;
    clusterName.clear();

    let status = getProperty(SOURCE_ADDRESS, source);
    if (status != Status.Ok || !readSocketAddress(source, address)) {
      return this.giveUp(config, GET_SOURCE_ADDRESS, status, "no IP address");
    }
    const target = pickTarget(address, config.routes, config.clusters);

    let nameLength: u32 = target.name.length;
    if (config.isIstio) {
      status = getProperty(DESTINATION_PORT, port);
      const number = port.toU64();
      if (status != Status.Ok || number == 0 || number > 65535) {
        return this.giveUp(config, GET_DESTINATION_PORT, status, "no port");
      }
      const mapped = config.mappedPort(<u32>number);
      nameLength = writeIstioClusterState(text, mapped, target.template);
      argument.viewWriter(text);
    } else {
      argument.viewArray(target.template);
    }
    clusterName.viewPart(argument, argument.length - nameLength, nameLength);

    status = callForeignFunction(SET_FILTER_STATE, argument, result);
    if (status != Status.Ok) return this.giveUp(config, CALL_SET_FILTER_STATE, status, "");
    if (isLogged(LogLevel.Info)) log(LogLevel.Info, startLine());
    count(unchecked(plugin.routed[target.index]));
    return FilterStatus.Continue;
  }

  /**
   * There is no decision, or the host did not take it: says which call answered what, and does what
   * `onUndecided` wants. `finding` is what was wrong with the value of a call that answered Ok.
   */
  private giveUp(config: Config, call: string, status: Status, finding: string): FilterStatus {
    if (isLogged(LogLevel.Warn)) {
      startLine();
      if (line.length > 0) line.ascii(": ");
      addAnswer(line.ascii(call), status, finding);
      line.ascii(
        config.closesUndecided ? "; closing the connection" : "; leaving it to tcp_proxy's cluster",
      );
      log(LogLevel.Warn, line);
    }
    count(status == Status.Ok ? this.plugin.undecided : this.plugin.failed);
    if (!config.closesUndecided) return FilterStatus.Continue;

    const closed = closeStream(StreamType.Downstream);
    if (closed != Status.Ok) {
      addAnswer(line.clear().ascii("proxy_close_stream"), closed, "");
      log(LogLevel.Warn, line.ascii("; holding the connection"));
    }
    // Whatever became of the close: nothing gets past this filter.
    return FilterStatus.StopIteration;
  }
}

/** Starts a line with what is known of the connection: `10.0.0.42:51324 -> egress1`. */
function startLine(): ByteWriter {
  line.clear().printable(source);
  return clusterName.length > 0 ? line.ascii(" -> ").slice(clusterName) : line;
}

/** Adds what a call answered: the name of its status or, where that is Ok, what was wrong with its value. */
function addAnswer(to: ByteWriter, status: Status, finding: string): void {
  to.ascii(" answered ");
  if (status == Status.Ok) {
    to.ascii(finding);
    return;
  }
  if (status > 0 && status <= Status.Unimplemented) to.word(STATUS_NAMES, status);
  else to.ascii("status ").decimal(status);
}

function define(counter: Counter, name: ByteWriter): void {
  const status = counter.define(name);
  if (status == Status.Ok) return;
  addAnswer(line.clear().ascii("proxy_define_metric"), status, "");
  log(LogLevel.Warn, line.ascii("; there will be no ").slice(result.viewWriter(name)));
}

function count(counter: Counter): void {
  const status = counter.increment();
  if (status == Status.Ok || !isLogged(LogLevel.Warn)) return;
  startLine();
  if (line.length > 0) line.ascii(": ");
  addAnswer(line.ascii("proxy_increment_metric"), status, "");
  log(LogLevel.Warn, line.ascii("; this connection is not counted"));
}

/** Says why the configuration is refused, from `line`. */
function refuse(): bool {
  log(LogLevel.Error, line);
  return false;
}
