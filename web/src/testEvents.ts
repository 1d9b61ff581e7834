/**
 * A written-down run of the default scenario, for tests of folds and panels that need events and no
 * simulator. Shaped after host-sim/src/trace.ts.
 */
import type { DecodedValue, HostCall, NamedValue, TraceEvent, VmName } from "wasmerang";

type Bare<Event> = Event extends TraceEvent
  ? Omit<Event, "seq" | "at" | "vm" | "contextId">
  : never;

const utf8 = (text: string) => new TextEncoder().encode(text);
const number = (name: string, value: number): NamedValue => ({
  name,
  value: { kind: "number", number: value },
});
const textValue = (
  name: string,
  pointer: number,
  text: string,
  kind: "string" | "propertyPath" | "bytes" = "string",
): NamedValue => {
  const bytes = utf8(text);
  return { name, value: { kind, pointer, length: bytes.length, bytes } };
};
const out = (...pointers: number[]): DecodedValue => ({ kind: "out", pointers });

/** `SetEnvoyFilterStateArguments{path: "envoy.tcp_proxy.cluster", value: cluster}` in protobuf. */
function filterStateArguments(cluster: string): Uint8Array {
  const path = utf8("envoy.tcp_proxy.cluster");
  const value = utf8(cluster);
  return Uint8Array.from([0x0a, path.length, ...path, 0x12, value.length, ...value]);
}

class Recorder {
  readonly events: TraceEvent[] = [];
  vm: VmName = "base";
  contextId = 0;
  connection: string | undefined;
  at = 0;
  #open: number[] = [];

  get next(): number {
    return this.events.length + 1;
  }

  /** Adds an event inside of the call that is open, if any; answers its seq. */
  add(event: Bare<TraceEvent>): number {
    const seq = this.next;
    const parent = this.#open.at(-1);
    this.events.push({
      seq,
      at: this.at,
      vm: this.vm,
      contextId: this.contextId,
      ...(this.connection === undefined ? {} : { connection: this.connection }),
      ...(parent === undefined ? {} : { parent }),
      ...event,
    } as TraceEvent);
    return seq;
  }

  callback(callback: string, args: number[], returned: number | undefined, body = () => {}): void {
    const enter = this.add({ kind: "guestEnter", callback, args });
    this.#open.push(enter);
    body();
    this.#open.pop();
    this.add({
      kind: "guestExit",
      callback,
      enter,
      ...(returned === undefined ? {} : { returned }),
    });
  }

  /** A host call that answers Ok, with what it caused (allocations, log lines) inside of it. */
  hostCall(
    name: string,
    words: number[],
    args: NamedValue[],
    more: Partial<Pick<HostCall, "results" | "effects" | "note">> = {},
    inside = () => {},
  ): number {
    const seq = this.add({
      kind: "hostCall",
      module: "env",
      name,
      words,
      args,
      returned: 0,
      status: "Ok",
      results: [],
      effects: [],
      ended: "returned",
      ...more,
    });
    this.#open.push(seq);
    inside();
    this.#open.pop();
    return seq;
  }
}

function startPlugin(to: Recorder, vm: VmName): void {
  to.vm = vm;
  to.contextId = 0;
  to.callback("_initialize", [], undefined);
  if (vm === "base") return;
  to.contextId = 1;
  to.callback("proxy_on_context_create", [1, 0], undefined);
  to.callback("proxy_on_vm_start", [1, 0], 1);
  to.callback("proxy_on_configure", [1, 10], 1, () => {
    to.hostCall(
      "proxy_get_buffer_bytes",
      [7, 0, 10, 5280, 5284],
      [
        { name: "buffer_type", value: { kind: "enum", number: 7, name: "PluginConfiguration" } },
        number("offset", 0),
        number("max_size", 10),
        { name: "return_buffer_data", value: out(5280, 5284) },
      ],
      { results: [textValue("return_buffer_data", 5312, "standalone", "bytes")] },
      () => to.add({ kind: "allocation", callback: "malloc", size: 10, pointer: 5312 }),
    );
    [
      "wasmerang_routed_egress1",
      "wasmerang_routed_egress2",
      "wasmerang_undecided",
      "wasmerang_failed",
    ].forEach((metric, index) => {
      const pointer = 5400 + 32 * index;
      to.hostCall(
        "proxy_define_metric",
        [0, pointer, metric.length, 5288],
        [
          { name: "metric_type", value: { kind: "enum", number: 0, name: "Counter" } },
          textValue("metric_name", pointer, metric),
          { name: "return_metric_id", value: out(5288) },
        ],
        { results: [number("return_metric_id", 4 * (index + 1))] },
      );
    });
  });
}

interface Wanted {
  readonly id: string;
  readonly context: number;
  readonly source: string;
  readonly cluster: string;
  readonly host: string;
  readonly metric: number;
}

function decide(to: Recorder, { id, context, source, cluster, host, metric }: Wanted): void {
  to.connection = id;
  to.contextId = context;
  to.at += 1000;
  to.add({
    kind: "accept",
    source,
    destination: "203.0.113.10:443",
    connectionId: context - 2,
    filter: "present",
  });
  to.callback("proxy_on_context_create", [context, 1], undefined);
  let decidedBy = 0;
  to.callback("proxy_on_new_connection", [context], 0, () => {
    const path = "source\0address";
    to.hostCall(
      "proxy_get_property",
      [1056, path.length, 1084, 1088],
      [
        textValue("property_path", 1056, path, "propertyPath"),
        { name: "return_property_value", value: out(1084, 1088) },
      ],
      {
        results: [textValue("return_property_value", 5536, source, "bytes")],
        effects: [
          { kind: "propertyRead", path: path.split("\0"), type: "string", value: utf8(source) },
        ],
      },
      () => to.add({ kind: "allocation", callback: "malloc", size: source.length, pointer: 5536 }),
    );
    const argument = filterStateArguments(cluster);
    decidedBy = to.hostCall(
      "proxy_call_foreign_function",
      [1104, 22, 5600, argument.length, 1084, 1088],
      [
        textValue("function_name", 1104, "set_envoy_filter_state"),
        {
          name: "arguments",
          value: { kind: "bytes", pointer: 5600, length: argument.length, bytes: argument },
        },
        { name: "return_results", value: out(1084, 1088) },
      ],
      {
        results: [
          {
            name: "return_results",
            value: { kind: "bytes", pointer: 0, length: 0, bytes: new Uint8Array() },
          },
        ],
        effects: [
          {
            kind: "filterStateChange",
            key: "envoy.tcp_proxy.cluster",
            value: utf8(cluster),
            span: "FilterChain",
          },
        ],
      },
    );
    const message = `${source} -> ${cluster}`;
    to.hostCall(
      "proxy_log",
      [2, 5680, message.length],
      [
        { name: "log_level", value: { kind: "enum", number: 2, name: "info" } },
        textValue("message", 5680, message),
      ],
      {},
      () =>
        to.add({
          kind: "log",
          level: "info",
          line: `wasm log wasmerang: ${message}`,
          message,
          shown: true,
        }),
    );
    to.hostCall(
      "proxy_increment_metric",
      [metric, 1],
      [number("metric_id", metric), { name: "offset", value: { kind: "i64", bigint: 1n } }],
    );
  });
  to.add({
    kind: "clusterDecision",
    cluster,
    by: "filterState",
    decidedBy,
    found: true,
    fallback: "default",
  });
  to.add({ kind: "upstreamConnect", cluster, host, result: "connected" });
}

function exchange(to: Recorder, { id, context, cluster, host }: Wanted): void {
  to.connection = id;
  to.contextId = context;
  to.at += 1000;
  const ping = utf8("ping ".repeat(104)).slice(0, 517);
  const pong = utf8("pong ".repeat(292));
  to.callback("proxy_on_downstream_data", [context, 517, 0], 0);
  to.add({ kind: "forward", to: "upstream", bytes: ping, endStream: false });
  to.callback("proxy_on_upstream_data", [context, 1460, 0], 0);
  to.add({ kind: "forward", to: "downstream", bytes: pong, endStream: false });
  to.callback("proxy_on_downstream_data", [context, 0, 1], 0);
  to.add({ kind: "forward", to: "upstream", bytes: new Uint8Array(), endStream: true });
  to.callback("proxy_on_upstream_data", [context, 0, 1], 0);
  to.add({ kind: "forward", to: "downstream", bytes: new Uint8Array(), endStream: true });
  to.callback("proxy_on_upstream_connection_close", [context, 0], undefined);
  to.callback("proxy_on_downstream_connection_close", [context, 1], undefined);
  to.callback("proxy_on_done", [context], 1);
  to.callback("proxy_on_log", [context], undefined);
  to.callback("proxy_on_delete", [context], undefined);
  to.add({
    kind: "connectionEnd",
    cluster,
    upstreamHost: host,
    flags: "-",
    bytesReceived: 517,
    bytesSent: 1460,
    closedBy: "client",
  });
}

function record(): readonly TraceEvent[] {
  const to = new Recorder();
  for (const vm of ["base", "canary", "main", "worker"] as const) startPlugin(to, vm);
  to.add({ kind: "pluginResult", accepted: true });
  const wanted: readonly Wanted[] = [
    {
      id: "a",
      context: 2,
      source: "10.0.0.42:51324",
      cluster: "egress1",
      host: "10.1.0.11:8080",
      metric: 4,
    },
    {
      id: "b",
      context: 3,
      source: "10.0.0.43:51325",
      cluster: "egress2",
      host: "10.1.0.12:8080",
      metric: 8,
    },
  ];
  for (const connection of wanted) decide(to, connection);
  for (const connection of wanted) exchange(to, connection);
  return to.events;
}

/** Two connections, even and odd, each through its own cluster. */
export const testEvents: readonly TraceEvent[] = record();
