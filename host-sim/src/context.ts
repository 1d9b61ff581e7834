/** A context as Envoy implements it: the VM, the plugin, or one connection (Envoy context.cc). */
import { BufferType, Status, StreamType } from "./abi.ts";
import type { Connection } from "./connection.ts";
import { ReadOnlyBuffer } from "./dataBuffer.ts";
import { readAttribute } from "./envoy/attributes.ts";
import { celState, hasFactory, makeFilterStateObject } from "./envoy/filterState.ts";
import {
  grpcServiceKind,
  notModelledFunctions,
  parseSetEnvoyFilterState,
} from "./envoy/foreignFunctions.ts";
import { findCluster } from "./envoy/tcpProxy.ts";
import { EnvoyDeath } from "./envoyDeath.ts";
import type {
  HostBuffer,
  HostContext,
  HttpCallRequest,
  PropertyAnswer,
} from "./hostcalls/hostContext.ts";
import type { Slice } from "./memory.ts";
import type { Plugin } from "./plugin.ts";
import { Op } from "./recorder.ts";
import type { Vm } from "./vm.ts";

const empty = new Uint8Array(0);
const emptyBuffer = new ReadOnlyBuffer(empty);
const utf8 = new TextDecoder();
const NO_PLUGIN = { name: "", rootId: "", vmId: "", direction: "UNSPECIFIED" } as const;
const NO_ANSWER = { status: Status.Ok, result: empty } as const;
const answer = (status: Status) => ({ status, result: empty });

export class Context implements HostContext {
  readonly id: number;
  readonly vm: Vm;
  readonly plugin: Plugin | undefined;
  readonly connection: Connection | undefined;
  readonly connectionIndex: number;
  readonly logPrefix: string;
  /** Buffer PluginConfiguration exists only while the root is created and configured. */
  pluginConfigurationReadable = false;
  /** What the guest may read of the data that its callback is about. */
  downstreamData: HostBuffer | undefined;
  upstreamData: HostBuffer | undefined;
  /** The buffer that buffer CallData shows: the one looked at last. */
  #lastBuffer: HostBuffer = emptyBuffer;

  /** The VM's own context has no plugin; only a connection's has a connection. */
  constructor(
    vm: Vm,
    id: number,
    logPrefix: string,
    plugin: Plugin | undefined,
    connection: Connection | undefined,
  ) {
    this.vm = vm;
    this.id = id;
    this.logPrefix = logPrefix;
    this.plugin = plugin;
    this.connection = connection;
    this.connectionIndex = connection?.index ?? -1;
  }

  /** The plugin's context; itself, if it is one. */
  get root(): Context {
    return (this.plugin && this.vm.rootOf(this.plugin)) ?? this;
  }

  log(level: number, message: Uint8Array): void {
    this.vm.process.guestLog(level, this.logPrefix, message);
  }

  logLevel(): number {
    return this.vm.process.logLevel;
  }

  getProperty(path: Slice): PropertyAnswer {
    const { process } = this.vm;
    const found = readAttribute(path.text(), this.connection, this.plugin?.facts ?? NO_PLUGIN);
    if (process.recorder) {
      if ("value" in found) process.recorder.remark(Op.propertyType, found.type);
      else {
        process.recorder.remark(Op.propertyAbsent, found.absent);
        if (found.notModelled) this.vm.notModelled(found.absent);
      }
    }
    return found;
  }

  setProperty(path: Uint8Array, value: Uint8Array): Status {
    if (!this.connection)
      return this.#refuse(Status.NotFound, "a root context has no filter state");
    this.connection.writeFilterState(`wasm.${utf8.decode(path)}`, celState(value), "FilterChain");
    return Status.Ok;
  }

  buffer(type: number): HostBuffer | undefined {
    const found = this.#find(type);
    if (found && type !== BufferType.CallData) this.#lastBuffer = found;
    return found;
  }

  #find(type: number): HostBuffer | undefined {
    switch (type) {
      case BufferType.NetworkDownstreamData:
        return this.downstreamData ?? emptyBuffer;
      case BufferType.NetworkUpstreamData:
        return this.upstreamData ?? emptyBuffer;
      case BufferType.VmConfiguration:
        return new ReadOnlyBuffer(this.vm.vmConfiguration);
      case BufferType.PluginConfiguration:
        return this.pluginConfigurationReadable && this.plugin
          ? new ReadOnlyBuffer(this.plugin.configuration)
          : undefined;
      case BufferType.HttpCallResponseBody:
        return undefined;
      case BufferType.CallData:
        return this.#lastBuffer;
      default:
        return emptyBuffer;
    }
  }

  continueStream(type: number): Status {
    if (type === StreamType.Upstream) {
      return this.#refuse(Status.Unimplemented, "Envoy cannot resume the upstream direction");
    }
    if (type === StreamType.Downstream) this.connection?.deferContinue(this);
    return Status.Ok;
  }

  closeStream(type: number): Status {
    if (type === StreamType.Downstream || type === StreamType.Upstream) {
      const side = type === StreamType.Downstream ? "downstream" : "upstream";
      this.connection?.deferClose(this, `wasm_${side}_close`);
    }
    return Status.Ok;
  }

  setTickPeriod(milliseconds: number): void {
    this.vm.setTickPeriod(this.root, milliseconds);
  }

  registerQueue(name: string): number {
    return this.vm.registerQueue(this.root, name);
  }

  done(): Status {
    return this.#refuse(Status.NotFound, "no plugin is waiting to be done");
  }

  callStatus() {
    return { code: 0, message: empty };
  }

  callForeignFunction(name: Slice, args: Slice) {
    const called = name.text();
    if (called === "set_envoy_filter_state") return answer(this.#setFilterState(args.view()));
    if (called === "clear_route_cache") return NO_ANSWER;
    if (notModelledFunctions.has(called)) {
      this.vm.notModelled(`the foreign function ${called} is not modelled`);
      return answer(Status.Unimplemented);
    }
    this.vm.note(`Envoy has no foreign function "${called}"`);
    return undefined;
  }

  /** Envoy foreign.cc, set_envoy_filter_state: checks in this order. */
  #setFilterState(args: Uint8Array): Status {
    const wanted = parseSetEnvoyFilterState(args);
    if (!wanted) {
      return this.#refuse(
        Status.BadArgument,
        "the bytes are no SetEnvoyFilterStateArguments message",
      );
    }
    const { path, value, span } = wanted;
    if (!hasFactory(path)) {
      return this.#refuse(Status.NotFound, `Envoy cannot make filter state for the key "${path}"`);
    }
    const object = makeFilterStateObject(path, value);
    if (!object) {
      return this.#refuse(Status.BadArgument, `"${utf8.decode(value)}" is no value for ${path}`);
    }
    if (!this.connection) {
      return this.#refuse(Status.NotFound, "a root context has no filter state");
    }
    this.connection.writeFilterState(path, object, span);
    return Status.Ok;
  }

  /** Envoy context.cc, httpCall. No cluster of a scenario answers HTTP, so nothing is ever sent. */
  httpCall({ cluster, headers, timeoutMs }: HttpCallRequest) {
    const refused = (status: Status, why: string) => ({
      status: this.#refuse(status, why),
      token: 0,
    });
    if (timeoutMs < 0) return refused(Status.BadArgument, "the timeout is negative");
    if (!findCluster(this.vm.process.scenario.clusters, cluster)) {
      return refused(Status.BadArgument, `Envoy has no cluster "${cluster}"`);
    }
    const names = new Set(headers.map(([name]) => utf8.decode(name).toLowerCase()));
    for (const name of [":path", ":method", ":authority"]) {
      if (!names.has(name)) return refused(Status.BadArgument, `the header ${name} is missing`);
    }
    this.vm.notModelled("no cluster of a scenario answers HTTP yet; Envoy would send the request");
    return { status: Status.InternalFailure, token: 0 };
  }

  /** Envoy context.cc, grpcCall and grpcStream, as far as the service decides. */
  grpcService(service: Uint8Array): Status {
    const kind = grpcServiceKind(service);
    if (kind === "noTarget") {
      throw new EnvoyDeath(
        "proxy_grpc_call with a GrpcService that names no target (an empty one as well) aborts Envoy 1.40: panic: unset oneof.",
      );
    }
    if (
      kind === "clusterName" &&
      !findCluster(this.vm.process.scenario.clusters, utf8.decode(service))
    ) {
      return this.#refuse(Status.ParseFailure, `Envoy has no cluster "${utf8.decode(service)}"`);
    }
    this.vm.notModelled("no cluster of a scenario answers gRPC yet; Envoy would send the request");
    return Status.InternalFailure;
  }

  #refuse<S extends Status>(status: S, why: string): S {
    this.vm.note(why);
    return status;
  }
}
