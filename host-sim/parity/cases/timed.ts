/** What time does: timeouts, ticks, reloads. Played in real time, so steps are far apart. */
import type { ScenarioDocument } from "../../src/scenario.ts";
import { act, type Action, text } from "../scripted/program.ts";
import type { talk } from "./case.ts";
import { failing, from, type ParityCase } from "./case.ts";
import {
  CLUSTER_KEY,
  filterState,
  IDLE_TIMEOUT_KEY,
  inContext,
  scriptedCase,
  type ScriptedPlugin,
} from "./scriptedCase.ts";

const SOURCE = "10.0.0.42:51324";
const connectTimeout = "300ms";
const clusters: ScenarioDocument["clusters"] = {
  c1: { endpoints: ["10.1.0.1:8080"] },
  c2: { endpoints: ["10.1.0.2:8080"] },
  silent: { endpoints: ["10.1.0.3:8080"], connect: "timeout", connectTimeout },
};
const set = (where: Action["in"], key: string, value: string): Action =>
  act(where, "proxy_call_foreign_function", ...filterState(key, value));
const tick = (where: Action["in"], milliseconds: number): Action =>
  act(where, "proxy_set_tick_period_milliseconds", milliseconds);

export async function timedCases(): Promise<readonly ParityCase[]> {
  return [...(await timeouts()), ...(await ticks()), ...failing(await reloads())];
}

async function timeouts(): Promise<readonly ParityCase[]> {
  const late = { after: "150ms", downstream: "hello" };
  const open = [from(SOURCE, late, { after: "150ms", upstream: "hi" })];
  const later = [from(SOURCE, late, { after: "300ms", upstream: "hi" })];
  const idle = (name: string, idleTimeout: string, program: readonly Action[] = []) =>
    scriptedCase(`idle timeout: ${name}`, [{ program }], {
      clusters,
      tcpProxy: { cluster: "c1", idleTimeout },
      connections: open,
    });
  const silent = (
    name: string,
    tcpProxy: object,
    program: readonly Action[] = [],
    connections = later,
  ) =>
    scriptedCase(
      `connect timeout: ${name}`,
      [{ program }],
      { clusters, tcpProxy: { cluster: "silent", ...tcpProxy }, connections },
      { timed: true },
    );
  return [
    await idle("after the last byte", "400ms"),
    await idle("0 is none", "0s"),
    await idle("not while the guest holds the connection", "250ms", [
      act("newConnection", "return", 1),
    ]),
    await idle("filter state makes it shorter", "10s", [
      set("newConnection", IDLE_TIMEOUT_KEY, "400"),
    ]),
    await idle("filter state makes it longer", "100ms", [
      set("newConnection", IDLE_TIMEOUT_KEY, "500"),
    ]),
    await idle("filter state 0 closes at once", "10s", [
      set("newConnection", IDLE_TIMEOUT_KEY, "0"),
    ]),
    ...(await durations()),
    await silent("once", {}),
    await silent("twice", { maxConnectAttempts: 2 }),
    await silent(
      "the client goes before",
      {},
      [],
      [from(SOURCE, { after: "100ms", close: "clientReset" })],
    ),
    await silent("early data", { maxEarlyDataBytes: 1024 }),
    await silent(
      "early data choose another cluster for the second attempt",
      {
        maxEarlyDataBytes: 1024,
        maxConnectAttempts: 2,
      },
      [set("downstreamData", CLUSTER_KEY, "c2")],
    ),
    await silent(
      "a tick chooses another cluster for the second attempt",
      { maxConnectAttempts: 2 },
      [
        tick("newConnection", 120),
        tick("tick", 0),
        act("tick", "proxy_set_effective_context", 2),
        set("tick", CLUSTER_KEY, "c2"),
      ],
    ),
  ];
}

async function durations(): Promise<readonly ParityCase[]> {
  const spoken = [
    from(SOURCE, { after: "100ms", downstream: "hello" }, { upstream: "hi" }),
    { ...from("10.0.0.43:51325", { after: "50ms", close: "client" as const }), at: "10ms" },
  ];
  const lasting = (
    name: string,
    tcpProxy: object,
    program: readonly Action[] = [],
    connections: ScenarioDocument["connections"] = spoken,
  ): Promise<ParityCase> =>
    scriptedCase(`maximum duration: ${name}`, [{ program }], {
      clusters,
      tcpProxy: { cluster: "c1", maxConnectionDuration: "300ms", ...tcpProxy },
      connections,
    });
  const properties = [
    "response\0flags",
    "response\0code_details",
    "connection\0termination_details",
  ];
  return [
    await lasting("of an open connection and of one that ends before", {}),
    await lasting("the idle timeout comes first", { idleTimeout: "120ms" }),
    await lasting("held data are lost", {}, [act("downstreamData", "return", 1)]),
    await lasting("while it connects", { cluster: "silent", maxConnectionDuration: "150ms" }),
    await lasting(
      "from when the guest lets it go",
      {},
      [
        act("newConnection", "return", 1),
        tick("newConnection", 150),
        tick("tick", 0),
        act("tick", "proxy_set_effective_context", 2),
        act("tick", "proxy_continue_stream", 2),
      ],
      [from(SOURCE, { after: "380ms", downstream: "in time" }, { after: "320ms", upstream: "no" })],
    ),
    await lasting("early data", {
      maxEarlyDataBytes: 100,
      cluster: "silent",
      maxConnectionDuration: "200ms",
    }),
    await lasting("what the guest sees of it", {}, [
      ...properties.map((path) => act("downstreamClose", "proxy_get_property", text(path), 0, 8)),
      ...properties.map((path) => act("log", "proxy_get_property", text(path), 0, 8)),
      act("downstreamClose", "proxy_set_buffer_bytes", 3, 0, 0, text("bye")),
    ]),
  ];
}

async function ticks(): Promise<readonly ParityCase[]> {
  const waits = [
    from(SOURCE, { after: "300ms", downstream: "hello" }, { upstream: "hi" }, { close: "client" }),
  ];
  const play = (name: string, ...program: readonly Action[]): Promise<ParityCase> =>
    scriptedCase(`tick: ${name}`, [{ program }], { connections: waits }, { timed: true });
  return [
    await play("one on each thread", tick("configure", 150), tick("tick", 0)),
    await play("of a connection", tick("newConnection", 150), tick("tick", 0)),
    await play(
      "resumes a connection",
      act("newConnection", "return", 1),
      tick("newConnection", 120),
      tick("tick", 0),
      act("tick", "proxy_set_effective_context", 2),
      act("tick", "proxy_continue_stream", 2),
    ),
    await play(
      "closes a connection",
      tick("newConnection", 120),
      tick("tick", 0),
      act("tick", "proxy_set_effective_context", 2),
      act("tick", "proxy_close_stream", 2),
    ),
    await scriptedCase(
      "tick: edits what is held",
      [
        {
          program: [
            act("downstreamData", "return", 1),
            tick("downstreamData", 120),
            tick("tick", 0),
            act("tick", "proxy_set_effective_context", 2),
            act("tick", "proxy_set_buffer_bytes", 2, 0, 0, text("XX")),
            act("tick", "proxy_continue_stream", 2),
          ],
        },
      ],
      { connections: [from(SOURCE, { downstream: "hello" }, { after: "300ms", upstream: "hi" })] },
      { timed: true },
    ),
    ...failing([await play("traps", tick("newConnection", 120), act("tick", "unreachable"))]),
    await play("stopped before it comes", tick("newConnection", 120), tick("newConnection", 0)),
  ];
}

async function reloads(): Promise<readonly ParityCase[]> {
  const at = (time: string, source: string, ...steps: typeof talk) => ({
    ...from(source, ...steps),
    at: time,
  });
  const hello = { downstream: "hello" };
  // The first one traps; then one within the backoff, and one after it, which the new VM serves.
  const three = [
    at("100ms", "10.0.0.1:1001", hello),
    at("200ms", "10.0.0.2:1002", { close: "client" }),
    at("700ms", "10.0.0.3:1003", { upstream: "hi" }, { close: "client" }),
    at("800ms", "10.0.0.4:1004", { close: "client" }),
  ];
  const reload = (
    name: string,
    program: readonly Action[],
    plugin: Partial<ScriptedPlugin> = {},
    connections = three,
  ): Promise<ParityCase> =>
    scriptedCase(
      `reload: ${name}`,
      [{ failurePolicy: "FAIL_RELOAD", reloadBackoff: "400ms", ...plugin, program }],
      { connections },
    );
  const trap = act("downstreamData", "unreachable");
  const [k, size] = [text("k"), 140];
  // The new VM is refused, since what the old one has shared says so.
  const failing = (where: "configure" | "vmStart"): readonly Action[] => [
    trap,
    act("newConnection", "proxy_set_shared_data", k, text(""), 0),
    act(where, "store", size, 1),
    act(where, "proxy_get_shared_data", k, 148, size, 152),
    act(where, "return", { at: size }),
  ];
  return [
    await reload("within and after the backoff", [trap]),
    await reload("again and again", [act("newConnection", "unreachable")]),
    await reload("with the backoff of a second", [trap], { reloadBackoff: "1s" }, [
      at("100ms", "10.0.0.1:1001", hello),
      at("900ms", "10.0.0.2:1002", { close: "client" }),
      at("1700ms", "10.0.0.3:1003", { upstream: "hi" }, { close: "client" }),
    ]),
    await reload("fails in configure", failing("configure"), { vmId: "reload-configure" }),
    await reload("fails at VM start", failing("vmStart"), { vmId: "reload-start" }),
    await reload("a connection of the old VM goes on to the end", [inContext(2, trap)], {}, [
      at("50ms", "10.0.0.9:1009", { after: "900ms", close: "client" }),
      at("100ms", "10.0.0.1:1001", hello, { after: "750ms", close: "client" }),
      at(
        "120ms",
        "10.0.0.2:1002",
        { after: "600ms", upstream: "hi" },
        { after: "100ms", close: "client" },
      ),
    ]),
    await scriptedCase(
      "reload: a backoff of 1 ms kills Envoy",
      [
        {
          failurePolicy: "FAIL_RELOAD",
          reloadBackoff: "1ms",
          program: [act("newConnection", "unreachable")],
        },
      ],
      { connections: three.map((it) => ({ ...it, at: "10ms" })) },
    ),
  ];
}
