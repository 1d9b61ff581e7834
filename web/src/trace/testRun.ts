/** Runs written by hand for the tests: what the simulator says of one connection, in its order. */
import type { HostCall, NamedValue, ScenarioDocument, TraceEvent } from "wasmerang";

type Unnumbered<Event> = Event extends TraceEvent
  ? Omit<Event, "seq" | "at" | "vm" | "contextId"> & Partial<Pick<Event, "at" | "vm" | "contextId">>
  : never;

export const utf8 = (text: string) => new TextEncoder().encode(text);

export const string = (name: string, text: string, pointer = 1024): NamedValue => ({
  name,
  value: { kind: "string", pointer, length: utf8(text).length, bytes: utf8(text) },
});

export const bytes = (name: string, value: Uint8Array, pointer = 2048): NamedValue => ({
  name,
  value: { kind: "bytes", pointer, length: value.length, bytes: value },
});

/** SetEnvoyFilterStateArguments with path and value, as the filter sends it. */
export function filterStateArguments(value: string, path = "envoy.tcp_proxy.cluster"): Uint8Array {
  const field = (tag: number, text: string) => [tag, utf8(text).length, ...utf8(text)];
  return Uint8Array.from([...field(0x0a, path), ...field(0x12, value)]);
}

/** Numbers events as they come. */
export function recorder() {
  const events: TraceEvent[] = [];
  let at = 0;
  const add = (event: Unnumbered<TraceEvent>): number => {
    const seq = events.length + 1;
    at += 1000;
    events.push({ seq, at, vm: "worker", contextId: 1, ...event } as TraceEvent);
    return seq;
  };
  const call = (name: string, of: Partial<HostCall> & { readonly parent: number }): number =>
    add({
      kind: "hostCall",
      module: "env",
      name,
      words: [],
      args: [],
      results: [],
      effects: [],
      ended: "returned",
      returned: 0,
      status: "Ok",
      ...of,
    });
  /** A callback with nothing inside that needs a look. */
  const callback = (name: string, contextId: number, returned?: number, connection?: string) => {
    const who = { contextId, ...(connection === undefined ? {} : { connection }) };
    const enter = add({ kind: "guestEnter", callback: name, args: [contextId], ...who });
    add({
      kind: "guestExit",
      callback: name,
      enter,
      ...who,
      ...(returned === undefined ? {} : { returned }),
    });
    return enter;
  };
  return { events, add, call, callback };
}
export type Recorder = ReturnType<typeof recorder>;

export function pluginStart({ add, callback }: Recorder): void {
  callback("_initialize", 0);
  callback("proxy_on_context_create", 1);
  callback("proxy_on_vm_start", 1, 1);
  callback("proxy_on_configure", 1, 1);
  add({ kind: "pluginResult", accepted: true });
}

export const document: ScenarioDocument = {
  tcpProxy: { cluster: "default" },
  clusters: {
    egress1: { endpoints: ["10.1.0.11:8080"] },
    egress2: { endpoints: ["10.1.0.12:8080"] },
    default: { endpoints: ["10.1.0.10:8080"] },
  },
  connections: [
    { id: "a", source: "10.0.0.42:51324", destination: "203.0.113.10:443" },
    { id: "b", source: "10.0.0.43:51325", destination: "203.0.113.10:443" },
  ],
};

export interface Case {
  readonly id: string;
  readonly contextId: number;
  readonly source: string;
  /** What the filter writes; absent: it makes no decision. */
  readonly cluster?: string;
  readonly found?: boolean;
  readonly connect?: "connected" | "refused";
  readonly stops?: boolean;
  readonly traps?: boolean;
  readonly filter?: "present" | "skipped" | "closed";
}

/** One connection from accept to end. */
export function connect(run: Recorder, one: Case): void {
  const { add, call } = run;
  const who = { contextId: one.contextId, connection: one.id };
  const filter = one.filter ?? "present";
  add({
    kind: "accept",
    source: one.source,
    destination: "203.0.113.10:443",
    connectionId: one.contextId - 2,
    filter,
    ...who,
  });
  const end = (
    flags: string,
    rest: { cluster?: string; upstreamHost?: string },
    by: "client" | "envoy" | "open",
  ) =>
    add({
      kind: "connectionEnd",
      flags,
      bytesReceived: 5,
      bytesSent: 5,
      closedBy: by,
      ...rest,
      ...who,
    });
  if (filter === "closed") {
    end("-", {}, "envoy");
    return;
  }
  let written: number | undefined;
  if (filter === "present") {
    run.callback("proxy_on_context_create", one.contextId, undefined, one.id);
    const enter = add({
      kind: "guestEnter",
      callback: "proxy_on_new_connection",
      args: [one.contextId],
      ...who,
    });
    const parent = enter;
    const read = call("proxy_get_property", {
      parent,
      args: [
        {
          name: "path",
          value: {
            kind: "propertyPath",
            pointer: 1056,
            length: 14,
            bytes: utf8("source\0address"),
          },
        },
        { name: "value", value: { kind: "out", pointers: [1084, 1088] } },
      ],
      results: [string("value", one.source, 5216)],
      effects: [
        {
          kind: "propertyRead",
          path: ["source", "address"],
          type: "string",
          value: utf8(one.source),
        },
      ],
      ...who,
    });
    add({ kind: "allocation", callback: "malloc", size: 15, pointer: 5216, parent: read, ...who });
    if (one.traps) {
      add({
        kind: "trap",
        callback: "proxy_on_new_connection",
        enter,
        message: "Uncaught RuntimeError: unreachable",
        frames: [{ functionIndex: 19, offset: 969, name: "onNewConnection" }],
        ...who,
      });
      end("-", {}, "envoy");
      return;
    }
    if (one.cluster !== undefined) {
      const argument = filterStateArguments(one.cluster);
      written = call("proxy_call_foreign_function", {
        parent,
        args: [
          string("function", "set_envoy_filter_state"),
          bytes("arguments", argument),
          { name: "results", value: { kind: "out", pointers: [1, 5] } },
        ],
        effects: [
          {
            kind: "filterStateChange",
            key: "envoy.tcp_proxy.cluster",
            value: utf8(one.cluster),
            span: "FilterChain",
          },
        ],
        ...who,
      });
    }
    const text =
      one.cluster === undefined
        ? `no decision for ${one.source}`
        : `${one.source} -> ${one.cluster}`;
    const logged = call("proxy_log", {
      parent,
      args: [
        { name: "level", value: { kind: "enum", number: 2, name: "info" } },
        string("message", text),
      ],
      ...who,
    });
    add({
      kind: "log",
      level: "info",
      line: `wasm log wasmerang: ${text}`,
      message: text,
      shown: true,
      parent: logged,
      ...who,
    });
    add({
      kind: "guestExit",
      callback: "proxy_on_new_connection",
      enter,
      returned: one.stops ? 1 : 0,
      ...who,
    });
    if (one.stops) {
      end("-", {}, "open");
      return;
    }
  }
  const cluster = one.cluster ?? "default";
  const found = one.found ?? true;
  add({
    kind: "clusterDecision",
    cluster,
    by: written === undefined ? "cluster" : "filterState",
    found,
    fallback: "default",
    ...(written === undefined ? {} : { decidedBy: written }),
    ...who,
  });
  if (!found) {
    end("NC", { cluster }, "envoy");
    return;
  }
  const host = "10.1.0.11:8080";
  const result = one.connect ?? "connected";
  add({ kind: "upstreamConnect", cluster, host, result, ...who });
  if (result === "refused") {
    end("UF,URX", { cluster, upstreamHost: host }, "envoy");
    return;
  }
  add({ kind: "forward", to: "upstream", bytes: utf8("hello"), endStream: false, ...who });
  end("-", { cluster, upstreamHost: host }, "client");
}

/** Events of a whole run of these connections. */
export function runOf(...cases: readonly Case[]): readonly TraceEvent[] {
  const run = recorder();
  pluginStart(run);
  for (const one of cases) connect(run, one);
  return run.events;
}

export const even: Case = { id: "a", contextId: 2, source: "10.0.0.42:51324", cluster: "egress1" };
export const odd: Case = { id: "b", contextId: 3, source: "10.0.0.43:51325", cluster: "egress2" };
