/** Random programs: what filters do about connections, and any host call at all. */
import type { Hostcall } from "../../src/hostcalls/define.ts";
import { pick, type Random } from "../cases/generator.ts";
import { type Action, type CallbackName, type Operand, text } from "./program.ts";
import {
  HIDDEN,
  isStreamCallback,
  mayCall,
  pairs,
  randomOperands,
  setCluster,
} from "./randomCalls.ts";

const MAX_ACTIONS = 12;
const { cas: CAS, token: TOKEN } = HIDDEN;
const TRAPS = ["unreachable", "outOfBounds", "divideByZero", "recurse"] as const;

/** Callbacks by how often actions are put into them. */
const PLACES: readonly CallbackName[] = [
  ...(["newConnection", "newConnection", "newConnection", "newConnection"] as const),
  ...([
    "downstreamData",
    "downstreamData",
    "downstreamData",
    "upstreamData",
    "upstreamData",
  ] as const),
  ...([
    "create",
    "downstreamClose",
    "upstreamClose",
    "done",
    "log",
    "delete",
    "queueReady",
  ] as const),
  ...(["configure", "createPlugin", "vmStart"] as const),
];

export function randomProgram(random: Random, functions: readonly Hostcall[]): Action[] {
  const actions = randomActions(random, functions);
  if (random(3) === 0) actions.splice(random(actions.length + 1), 0, ...recipe(random));
  return actions;
}

/** Calls that mean something only one after the other. */
function recipe(random: Random): Action[] {
  const where = pick(
    random,
    PLACES.filter((it) => isStreamCallback(it) && it !== "queueReady"),
  );
  const [m, k, q] = [
    text(pick(random, ["m1", "m2"])),
    text(pick(random, ["k1", "k2"])),
    text("q1"),
  ];
  const type = random(3);
  const id = 4 + type;
  const calls = pick<readonly What[]>(random, [
    [
      call("proxy_define_metric", type, m, 0),
      call("proxy_increment_metric", id, pick(random, [1, 7, -2])),
      call("proxy_record_metric", id, pick(random, [3, -1])),
      call("proxy_get_metric", id, pick(random, [0, -4])),
    ],
    [
      call("proxy_set_shared_data", k, text("one"), 0),
      call("proxy_get_shared_data", k, 0, 8, CAS),
      call("proxy_set_shared_data", k, text("two"), { at: CAS }),
      call("proxy_set_shared_data", k, text("three"), { at: CAS }),
      call("proxy_get_shared_data", k, 0, 8, CAS),
    ],
    [
      call("proxy_register_shared_queue", q, TOKEN),
      call("proxy_enqueue_shared_queue", { at: TOKEN }, text("item")),
      call("proxy_resolve_shared_queue", text(""), q, TOKEN),
      ...(random(6) === 0 ? [call("proxy_dequeue_shared_queue", { at: TOKEN }, -4, 8)] : []),
      ...(random(2) === 0 ? [] : [call("proxy_dequeue_shared_queue", { at: TOKEN }, 0, 8)]),
      ...(random(2) === 0 ? [] : [call("proxy_dequeue_shared_queue", { at: TOKEN }, 0, 8)]),
    ],
  ]);
  return calls.map((what) => placed(where, 0, what));
}

/**
 * Root contexts of a listener that goes are deleted on the main thread and on the worker at once: what
 * these share would be in an order of Envoy's choice, so a stream's context has to do.
 */
function placed(where: CallbackName, context: number, what: What): Action {
  const isShared = /_shared_|_metric$/.test(what.do);
  return { in: where, context: where === "delete" && isShared ? context || 2 : context, ...what };
}

function randomActions(random: Random, functions: readonly Hostcall[]): Action[] {
  return Array.from({ length: random(MAX_ACTIONS) }, () => {
    const where = pick(random, PLACES);
    const context = isStreamCallback(where) ? pick(random, [0, 0, 2, 2, 3, 4, 5]) : 0;
    const what =
      random(5) < 2 ? steer(random, where, functions) : anyCall(random, where, functions);
    return placed(where, context, what);
  });
}

/** A call to a cluster that answers, and what is done when it does. */
export function callingRecipe(random: Random): Action[] {
  const where = pick(
    random,
    PLACES.filter((it) => isStreamCallback(it) && it !== "queueReady"),
  );
  const isHttp = random(2) === 0;
  const message = text("message");
  const [none, names] = [{ bytes: [] }, [text("a.Service"), text("Method")]];
  const calls: readonly What[] = isHttp
    ? [call("proxy_http_call", text("web"), HEADERS, message, none, 5000, 0)]
    : pick<readonly What[]>(random, [
        [call("proxy_grpc_call", text("grpc"), ...names, none, message, 0, 0)],
        [
          call("proxy_grpc_stream", text("grpc"), ...names, none, 0),
          call("proxy_grpc_send", 2, message, random(2)),
          ...(random(3) === 0 ? [call("proxy_grpc_close", 2)] : []),
          ...(random(4) === 0 ? [call("proxy_grpc_cancel", 2)] : []),
        ],
      ]);
  const answers: readonly CallbackName[] = isHttp
    ? ["httpResponse"]
    : ["grpcInitialMetadata", "grpcMessage", "grpcTrailingMetadata", "grpcClose"];
  const context = pick(random, [0, 2, 3]);
  return [
    ...calls.map((what) => ({ in: where, context, ...what })),
    ...Array.from({ length: random(6) }, () => ({
      in: pick(random, answers),
      context: 0,
      ...answer(random),
    })),
  ];
}

const HEADERS = pairs([":path", "/"], [":method", "GET"], [":authority", "host"]);

/** Not all of a map: how long the server took is among the headers. */
function answer(random: Random): What {
  switch (random(10)) {
    case 0:
      return call("proxy_get_buffer_bytes", pick(random, [4, 5, 8, 2]), 0, -1, 0, 8);
    case 1:
      return call("proxy_get_header_map_value", 4 + random(4), text(":status"), 0, 8);
    case 2:
      return call("proxy_get_status", 0, 8, 16);
    case 3:
    case 4:
    case 5:
      return call("proxy_set_effective_context", pick(random, [1, 2, 3, 4]));
    case 6:
      return call("proxy_continue_stream", 2);
    case 7:
      return call("proxy_close_stream", 2 + random(2));
    case 8:
      return random(3) === 0 ? trap(random) : edit(random, 2 + random(2));
    default:
      return call(pick(random, ["proxy_grpc_cancel", "proxy_grpc_close"]), pick(random, [1, 2]));
  }
}

type What = Pick<Action, "do" | "with">;
const call = (name: string, ...operands: readonly Operand[]): What => ({
  do: name,
  with: operands,
});

function anyCall(random: Random, where: CallbackName, functions: readonly Hostcall[]): What {
  const possible = functions.filter((it) => mayCall(it, where));
  // WASI is half of all functions, and the half that matters less.
  const env = possible.filter(({ module }) => module === "env");
  const hostcall = pick(random, random(4) === 0 ? possible : env);
  return call(hostcall.name, ...randomOperands(random, hostcall));
}

/** Holding, resuming, closing, routing, editing, failing. */
function steer(random: Random, where: CallbackName, functions: readonly Hostcall[]): What {
  const has = (name: string): boolean => functions.some((it) => it.name === name);
  const choice = random(20);
  if (!isStreamCallback(where)) {
    if (choice === 0) return call("return", 0);
    return choice === 1 ? trap(random) : anyCall(random, where, functions);
  }
  if (choice < 3) return call("return", pick(random, [1, 1, 1, 2, 0]));
  if (choice < 5) return call("hold", pick(random, [4, 8, 12]));
  if (choice < 7 && has("proxy_continue_stream")) return call("proxy_continue_stream", 2);
  if (choice < 9 && has("proxy_close_stream")) return call("proxy_close_stream", 2 + random(2));
  if (choice < 13) {
    const cluster = pick(random, ["c1", "c2", "c2", "c2", "dead", "empty", "nowhere"]);
    const results = [0, 8];
    return call(
      "proxy_call_foreign_function",
      text("set_envoy_filter_state"),
      setCluster(cluster),
      ...results,
    );
  }
  if (choice < 16) return edit(random, where === "upstreamData" ? 3 : 2);
  if (choice < 18) return call("proxy_set_effective_context", pick(random, [1, 2, 3, 4]));
  return choice === 18 ? trap(random) : call("grow", pick(random, [0, 1, 100_000]));
}

const trap = (random: Random): What => call(pick(random, TRAPS), 0);

function edit(random: Random, type: number): What {
  const [start, length] = pick(random, [
    [0, 0],
    [9999, 0],
    [0, -1],
    [0, 2],
  ]);
  return call("proxy_set_buffer_bytes", type, start, length, text(pick(random, ["<<", ">>>", ""])));
}
