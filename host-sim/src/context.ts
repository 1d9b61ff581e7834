/** A context as Envoy implements it: the VM, the plugin, or one connection (Envoy context.cc). */
import { BufferType, HeaderMapType, Status, StreamType } from "./abi.ts";
import { decodeText } from "./bytes.ts";
import type { Callouts } from "./callouts.ts";
import type { Connection } from "./connection.ts";
import { ReadOnlyBuffer } from "./dataBuffer.ts";
import {
  findProperty,
  readAttribute,
  type AttributeAnswer,
  type PropertyPath,
} from "./envoy/attributes.ts";
import { celState } from "./envoy/filterState.ts";
import { EnvoyDeath } from "./envoyDeath.ts";
import { callForeignFunction, ForeignData } from "./foreignCalls.ts";
import type {
  Called,
  GrpcCallRequest,
  HostBuffer,
  HostContext,
  HttpCallRequest,
  Pairs,
  PropertyAnswer,
} from "./hostcalls/hostContext.ts";
import type { ByteRange, Slice } from "./memory.ts";
import type { Plugin } from "./plugin.ts";
import { Op } from "./records.ts";
import type { Vm } from "./vm.ts";

const emptyBuffer = new ReadOnlyBuffer(new Uint8Array(0));
const utf8 = new TextDecoder();
const readPath = (bytes: Uint8Array): PropertyPath => findProperty(decodeText(bytes));
const NO_PLUGIN = { name: "", rootId: "", vmId: "", direction: "UNSPECIFIED" } as const;

export class Context implements HostContext {
  readonly id: number;
  readonly vm: Vm;
  readonly plugin: Plugin | undefined;
  /** The plugin's context; itself, if it is one. */
  readonly root: Context;
  readonly connection: Connection | undefined;
  readonly connectionIndex: number;
  readonly logPrefix: string;
  /** Written by ContextTable. */
  nextInTable: Context | undefined;
  /** Buffer PluginConfiguration exists only while the root is created and configured. */
  pluginConfigurationReadable = false;
  /** What the guest may read of the data that its callback is about. */
  downstreamData: HostBuffer | undefined;
  upstreamData: HostBuffer | undefined;
  /** The buffer that buffer CallData shows: the one looked at last. */
  #lastBuffer: HostBuffer = emptyBuffer;
  /** What was last shown of the upstream's data, and of the body of an answer. */
  #upstreamBuffer: HostBuffer | undefined;
  #httpBody: HostBuffer | undefined;
  #grpcMessage: HostBuffer | undefined;
  /** The upstream connection is gone, and its buffer with it; whoever still shows it reads there. */
  upstreamBufferFreed = false;
  /** Calls to clusters; only a root context's are used. */
  #callouts: Callouts | undefined;
  #foreign: ForeignData | undefined;

  /** The VM's own context has no plugin; only a connection's has a root and a connection. */
  constructor(
    vm: Vm,
    id: number,
    logPrefix: string,
    plugin?: Plugin,
    root?: Context,
    connection?: Connection,
  ) {
    this.vm = vm;
    this.id = id;
    this.logPrefix = logPrefix;
    this.plugin = plugin;
    this.root = root ?? this;
    this.connection = connection;
    this.connectionIndex = connection?.index ?? -1;
  }

  get facts() {
    return this.plugin?.facts ?? NO_PLUGIN;
  }

  /** Undefined: the run has not the library. */
  get callouts(): Callouts | undefined {
    const { calls } = this.vm.process.libraries;
    return (this.#callouts ??= calls && new calls.Callouts(this));
  }

  get foreign(): ForeignData {
    return (this.#foreign ??= new ForeignData());
  }

  log(level: number, message: ByteRange): void {
    this.vm.process.guestLog(level, this.logPrefix, message);
  }

  logLevel(): number {
    return this.vm.process.logLevel;
  }

  getProperty(path: Slice): PropertyAnswer {
    const { process } = this.vm;
    const found = this.readProperty(path.decoded(readPath));
    if (process.recorder) {
      if ("value" in found) process.recorder.remark(Op.propertyType, found.type);
      else {
        process.recorder.remark(Op.propertyAbsent, found.absent);
        if (found.notModelled) this.vm.notModelled(found.absent);
      }
    }
    return found;
  }

  /** The same without a word in the trace. */
  readProperty(path: PropertyPath): AttributeAnswer {
    return readAttribute(path, this.connection, this.plugin?.facts ?? NO_PLUGIN);
  }

  setProperty(path: Uint8Array, value: Uint8Array): Status {
    const { connection } = this;
    if (!connection) return this.#refuse(Status.NotFound, "a root context has no filter state");
    const name = utf8.decode(path);
    const key = `wasm.${name}`;
    const stored = connection.filterState.get(key)?.object;
    if (stored?.readOnly)
      return this.#refuse(Status.BadArgument, "the property is read-only and set");
    const declared = this.root.foreign.declared.get(name);
    // What was set before the declaration stays as it is.
    const readOnly = stored ? false : declared?.readOnly === true;
    const type = stored ? stored.declaredAs : declared?.type;
    connection.writeFilterState(
      key,
      celState(value, readOnly, type),
      declared?.span ?? "FilterChain",
    );
    return Status.Ok;
  }

  buffer(type: number): HostBuffer | undefined {
    const found = this.#find(type);
    if (found && type !== BufferType.CallData) this.#lastBuffer = found;
    return found;
  }

  /** What the callback to come is about, for buffer CallData. */
  setCallData(bytes: Uint8Array): void {
    this.#lastBuffer = new ReadOnlyBuffer(bytes);
  }

  #callData(): HostBuffer {
    const last = this.#lastBuffer;
    if (last === this.#upstreamBuffer && this.upstreamBufferFreed) {
      throw new EnvoyDeath(
        "Buffer CallData still showed data of the upstream connection, which is gone. Envoy 1.40 dies with a segmentation fault.",
      );
    }
    const { callouts } = this.root;
    const isOver =
      (last === this.#httpBody && !callouts?.response) ||
      (last === this.#grpcMessage && !callouts?.grpc.message);
    if (isOver) {
      this.vm.notModelled(
        "Buffer CallData still showed the body of an answer, which is gone: Envoy reads freed memory.",
      );
    }
    return last;
  }

  #find(type: number): HostBuffer | undefined {
    switch (type) {
      case BufferType.NetworkDownstreamData:
        return this.downstreamData ?? emptyBuffer;
      case BufferType.NetworkUpstreamData:
        this.#upstreamBuffer = this.upstreamData;
        return this.upstreamData ?? emptyBuffer;
      case BufferType.VmConfiguration:
        return new ReadOnlyBuffer(this.vm.vmConfiguration);
      case BufferType.PluginConfiguration:
        return this.pluginConfigurationReadable && this.plugin
          ? new ReadOnlyBuffer(this.plugin.configuration)
          : undefined;
      case BufferType.HttpCallResponseBody: {
        const response = this.root.callouts?.response;
        this.#httpBody = response && new ReadOnlyBuffer(response.body);
        return this.#httpBody;
      }
      case BufferType.GrpcReceiveBuffer:
        this.#grpcMessage = this.root.callouts?.grpc.message;
        return this.#grpcMessage ?? emptyBuffer;
      case BufferType.CallData:
        return this.#callData();
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
    return this.root.callouts?.status ?? { code: 0, message: new Uint8Array(0) };
  }

  configuration(): Uint8Array {
    return this.pluginConfigurationReadable && this.plugin
      ? this.plugin.configuration
      : this.vm.vmConfiguration;
  }

  headerMap(type: number): Pairs | undefined {
    const { callouts } = this.root;
    switch (type) {
      case HeaderMapType.GrpcReceiveInitialMetadata:
        return callouts?.grpc.initialMetadata;
      case HeaderMapType.GrpcReceiveTrailingMetadata:
        return callouts?.grpc.trailingMetadata;
      case HeaderMapType.HttpCallResponseHeaders:
        return callouts?.response?.headers;
      case HeaderMapType.HttpCallResponseTrailers:
        return callouts?.response?.trailers;
      default:
        return undefined;
    }
  }

  callForeignFunction(name: Slice, args: Slice) {
    return callForeignFunction(this, name, args);
  }

  httpCall(request: HttpCallRequest): Called {
    return this.root.callouts?.httpCall(request) ?? this.#cannotCall();
  }

  grpcCall(request: GrpcCallRequest): Called {
    return this.root.callouts?.grpc.call(request) ?? this.#cannotCall();
  }

  grpcStream(request: GrpcCallRequest): Called {
    return this.root.callouts?.grpc.stream(request) ?? this.#cannotCall();
  }

  grpcSend(token: number, endStream: boolean): Status {
    return this.root.callouts?.grpc.send(token, endStream) ?? this.#cannotCall().status;
  }

  grpcCancel(token: number): Status {
    return this.root.callouts?.grpc.cancel(token) ?? this.#cannotCall().status;
  }

  grpcClose(token: number): Status {
    return this.root.callouts?.grpc.close(token) ?? this.#cannotCall().status;
  }

  nextDnsToken(): number {
    return this.vm.dns.next();
  }

  resolveDns(name: string, token: number): void {
    const { calls } = this.vm.process.libraries;
    if (calls) calls.resolveDns(this.root, name, token);
    else this.#cannotCall();
  }

  #cannotCall() {
    this.vm.notModelled(
      "calls to clusters and name servers need a library, which this run has not",
    );
    return { status: Status.InternalFailure } as const;
  }

  #refuse<S extends Status>(status: S, why: string): S {
    this.vm.note(why);
    return status;
  }
}
