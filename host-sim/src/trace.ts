/**
 * The trace: everything a run has to say, in the order in which it happened.
 *
 * `seq` counts up from 1, `at` never decreases. Every `guestEnter` has exactly one `guestExit` or
 * `trap`, unless the guest never returned. What a call caused carries the call's `seq` as `parent`,
 * so the events form a tree: guestEnter ⊃ hostCall ⊃ allocation | log.
 */
import type { StatusName, LogLevelName } from "./abi.ts";

/** The wasm VMs that Envoy makes for one plugin with one worker thread, in the order of making. */
export type VmName = "base" | "canary" | "main" | "worker";

interface EventBase {
  readonly seq: number;
  /** Virtual time since the start of the run, in nanoseconds. */
  readonly at: number;
  readonly vm: VmName;
  /** 0 = the VM itself, 1 = the plugin (root context), 2 and up = connections. */
  readonly contextId: number;
  /** `id` of the scenario's connection. */
  readonly connection?: string;
  /** `seq` of the call during which this happened. */
  readonly parent?: number;
}

/** One decoded argument or result of a host call. */
export interface NamedValue {
  /** Name in the proxy-wasm specification. */
  readonly name: string;
  readonly value: DecodedValue;
}

/** What words and bytes of a call mean, after the declaration of the host call. */
export type DecodedValue =
  | { readonly kind: "number"; readonly number: number }
  | { readonly kind: "i64"; readonly bigint: bigint }
  | { readonly kind: "enum"; readonly number: number; readonly name: string }
  /** Bytes in guest memory; `bytes` is absent when the range is outside of it. */
  | {
      readonly kind: "bytes" | "string" | "propertyPath";
      readonly pointer: number;
      readonly length: number;
      readonly bytes?: Uint8Array;
    }
  /** Where the guest wants a result written; the words are addresses. */
  | { readonly kind: "out"; readonly pointers: readonly number[] };

/** Host to guest: a callback, or the start function (`_initialize`, `_start`, `main`). */
export interface GuestEnter extends EventBase {
  readonly kind: "guestEnter";
  readonly callback: string;
  readonly args: readonly number[];
}

export interface GuestExit extends EventBase {
  readonly kind: "guestExit";
  readonly callback: string;
  /** `seq` of the matching guestEnter. */
  readonly enter: number;
  /** Absent for callbacks that return nothing. */
  readonly returned?: number;
  /** The scenario's `faults` put this result in place of the guest's. */
  readonly injected?: true;
}

/** What a property read found. */
export interface PropertyRead {
  readonly kind: "propertyRead";
  readonly path: readonly string[];
  /** Envoy's type of the value. */
  readonly type?: string;
  readonly value?: Uint8Array;
  /** Why there is no value. */
  readonly absent?: string;
}

/** Filter state that a host call wrote. */
export interface FilterStateChange {
  readonly kind: "filterStateChange";
  readonly key: string;
  readonly before?: Uint8Array;
  readonly value: Uint8Array;
  readonly span: "FilterChain" | "DownstreamRequest" | "DownstreamConnection";
}

/** Guest to host. */
export interface HostCall extends EventBase {
  readonly kind: "hostCall";
  /** Import module: `env`, `wasi_snapshot_preview1` or `wasi_unstable`. */
  readonly module: string;
  readonly name: string;
  /** The raw words as the guest passed them; i64 as bigint. */
  readonly words: readonly (number | bigint)[];
  readonly args: readonly NamedValue[];
  /** The raw result. Absent: the function has none, or the call did not return (see `ended`). */
  readonly returned?: number;
  /** `returned` as the ABI names it; absent for WASI and for functions without a status. */
  readonly status?: StatusName;
  /** What was written through the result pointers. */
  readonly results: readonly NamedValue[];
  readonly effects: readonly (PropertyRead | FilterStateChange)[];
  /** In words, when the answer needs them: what was wrong, or which rule of Envoy answered. */
  readonly note?: string;
  /** Envoy has behaviour here that this version does not model; `note` says which. */
  readonly notModelled?: true;
  /** The scenario's `faults` put this answer in place of the host's. */
  readonly injected?: true;
  /** How the call ended: it returned, threw into the guest, or never came back. */
  readonly ended: "returned" | "trapped" | "never";
}

/** The host called the guest's allocator for room for a result. */
export interface Allocation extends EventBase {
  readonly kind: "allocation";
  /** `malloc` or `proxy_on_memory_allocate`. */
  readonly callback: string;
  readonly size: number;
  /** Absent: the allocator trapped. */
  readonly pointer?: number;
}

/** A line of Envoy's `wasm` logger. */
export interface Log extends EventBase {
  readonly kind: "log";
  readonly level: LogLevelName;
  /** The line as Envoy writes it, without time, thread and level. */
  readonly line: string;
  /** The guest's own text inside the line; absent for lines of the host. */
  readonly message?: string;
  /** False: dropped, since the scenario's `logLevel` is higher. */
  readonly shown: boolean;
}

export interface StackFrame {
  readonly functionIndex: number;
  /** Byte offset in the module. */
  readonly offset: number;
  /** From the module's name section. */
  readonly name?: string;
}

/** The guest stopped with an error; its VM is dead from here on. */
export interface Trap extends EventBase {
  readonly kind: "trap";
  readonly callback: string;
  /** `seq` of the matching guestEnter or allocation. */
  readonly enter: number;
  /** Text as V8 in Envoy gives it, such as `Uncaught RuntimeError: unreachable`. */
  readonly message: string;
  readonly frames: readonly StackFrame[];
  /** Envoy prints the frames: the module has function names. */
  readonly backtrace?: true;
  readonly injected?: true;
}

/** Envoy accepted or refused the plugin; a refused plugin has no worker VM. */
export interface PluginResult extends EventBase {
  readonly kind: "pluginResult";
  readonly accepted: boolean;
  /** The step at which it was refused. */
  readonly stage?: "load" | "link" | "start" | "vmStart" | "configure";
  /** In words, with what would be right. */
  readonly reason?: string;
}

/** The listener accepted a downstream connection. */
export interface Accept extends EventBase {
  readonly kind: "accept";
  readonly source: string;
  readonly destination: string;
  /** Envoy's process-wide connection number (`connection.id`). */
  readonly connectionId: number;
  /** What became of the wasm filter in this connection's chain. */
  readonly filter: "present" | "skipped" | "closed";
  readonly note?: string;
}

/** tcp_proxy chose a cluster. */
export interface ClusterDecision extends EventBase {
  readonly kind: "clusterDecision";
  readonly cluster: string;
  readonly by: "filterState" | "cluster" | "weightedClusters";
  /** `seq` of the host call that wrote the filter state. */
  readonly decidedBy?: number;
  /** False: Envoy has no such cluster; the connection ends with NC. */
  readonly found: boolean;
  /** What tcp_proxy would have used without filter state. */
  readonly fallback?: string;
}

/** tcp_proxy's attempt to reach the cluster ended. */
export interface UpstreamConnect extends EventBase {
  readonly kind: "upstreamConnect";
  readonly cluster: string;
  readonly host?: string;
  readonly result: "connected" | "refused" | "timeout" | "noHost";
  /** The PROXY protocol header that the upstream receives first. */
  readonly proxyProtocol?: Uint8Array;
}

/** Bytes left Envoy, after the filters. */
export interface Forward extends EventBase {
  readonly kind: "forward";
  readonly to: "upstream" | "downstream";
  readonly bytes: Uint8Array;
  readonly endStream: boolean;
}

/** A deferred continue_stream or close_stream took effect, after the callback returned. */
export interface StreamAction extends EventBase {
  readonly kind: "streamAction";
  readonly action: "continue" | "close";
  /** `seq` of the host call that asked for it. */
  readonly askedBy: number;
  /** Envoy's close reason (`%DOWNSTREAM_LOCAL_CLOSE_REASON%`). */
  readonly reason?: string;
}

/** A step of the scenario that could not happen, such as a send without an upstream. */
export interface StepSkipped extends EventBase {
  readonly kind: "stepSkipped";
  readonly step: number;
  readonly reason: string;
}

/** The last word on a connection; compares with Envoy's access log. */
export interface ConnectionEnd extends EventBase {
  readonly kind: "connectionEnd";
  readonly cluster?: string;
  readonly upstreamHost?: string;
  /** `%RESPONSE_FLAGS%`: `-`, or flags joined by commas. */
  readonly flags: string;
  readonly bytesReceived: number;
  readonly bytesSent: number;
  /** `open`: the scenario ended and nobody had closed it. */
  readonly closedBy: "client" | "server" | "filter" | "envoy" | "open";
  /** `%DOWNSTREAM_LOCAL_CLOSE_REASON%`. */
  readonly closeReason?: string;
  /** In words. */
  readonly note?: string;
}

/** The guest did what kills the Envoy process; nothing happens after it. */
export interface EnvoyDies extends EventBase {
  readonly kind: "envoyDies";
  readonly how: string;
}

export type TraceEvent =
  | GuestEnter
  | GuestExit
  | HostCall
  | Allocation
  | Log
  | Trap
  | PluginResult
  | Accept
  | ClusterDecision
  | UpstreamConnect
  | Forward
  | StreamAction
  | StepSkipped
  | ConnectionEnd
  | EnvoyDies;

export type TraceEventKind = TraceEvent["kind"];

/** For exhaustive switches over a union: a member that is not handled is a compile error. */
export function assertNever(value: never): never {
  throw new Error(`unhandled case: ${JSON.stringify(value)}`);
}
