/** From any JSON to a checked scenario, or to everything that is wrong with it. */
import * as v from "valibot";
import { encodeBytes } from "./bytes.ts";
import { hostcalls } from "./hostcalls/index.ts";
import { findJsonError } from "./jsonSyntax.ts";
import { nearestName } from "./nearestName.ts";
import { ALLOCATORS, START_FUNCTIONS, callbacksOf } from "./preflight/guestExports.ts";
import {
  scenarioSchema,
  type Scenario,
  type ScenarioConnection,
  type ScenarioFault,
  type ScenarioProblem,
  type ScenarioResult,
} from "./scenario.ts";
import { findShapeProblems, joinPath } from "./scenarioShape.ts";

/**
 * Checks a scenario document and fills in the defaults. Every connection of the result has an id.
 * Problems come all at once, in the order of the document.
 */
export function readScenario(value: unknown): ScenarioResult {
  const shapeProblems = findShapeProblems(scenarioSchema, value);
  if (shapeProblems.length > 0) return { ok: false, problems: shapeProblems };
  const scenario = v.parse(scenarioSchema, value);
  const problems = [...findTwoPlugins(value), ...findContradictions(scenario)];
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, scenario: { ...scenario, connections: withIds(scenario.connections) } };
}

/** Reads the text of a scenario file. A syntax error is the only problem then, with its place. */
export function readScenarioText(text: string): ScenarioResult {
  const json = text.startsWith("\uFEFF") ? text.slice(1) : text;
  const error = findJsonError(json);
  if (error) {
    const message = `not JSON: line ${error.line}, column ${error.column}: ${error.message}`;
    return { ok: false, problems: [{ path: "$", message }] };
  }
  return readScenario(JSON.parse(json));
}

function findContradictions(scenario: Scenario): ScenarioProblem[] {
  return [
    ...(Object.hasOwn(scenario.clusters, "")
      ? [{ path: '$.clusters[""]', message: "a cluster's name must not be empty" }]
      : []),
    ...findReplyProblems(scenario),
    ...findGrpcProblems(scenario),
    ...findDuplicateIds(scenario.connections),
    ...scenario.connections.flatMap(findLateSteps),
    ...scenario.faults.flatMap(findFaultProblems),
  ];
}

/** `plugin` has a default, so that it has to be looked for in the document itself. */
function findTwoPlugins(value: unknown): ScenarioProblem[] {
  const document = value as { readonly plugin?: unknown; readonly plugins?: unknown };
  if (document.plugin === undefined || document.plugins === undefined) return [];
  return [{ path: "$.plugins", message: "give plugin or plugins, not both" }];
}

/** Headers that follow from the body and the trailers. */
const FRAMING = ["content-length", "transfer-encoding"];

const NO_CLUSTER = "there is no such cluster";

function findGrpcProblems({ clusters, httpReplies = {}, grpcReplies = {} }: Scenario) {
  return Object.keys(grpcReplies).flatMap((name): ScenarioProblem[] => {
    const path = joinPath("$.grpcReplies", name);
    if (!Object.hasOwn(clusters, name)) return [{ path, message: NO_CLUSTER }];
    if (!Object.hasOwn(httpReplies, name)) return [];
    return [{ path, message: "the cluster has httpReplies; it answers one or the other" }];
  });
}

function findReplyProblems({ clusters, httpReplies = {} }: Scenario): ScenarioProblem[] {
  return Object.entries(httpReplies).flatMap(([name, replies]) => {
    const path = joinPath("$.httpReplies", name);
    if (!Object.hasOwn(clusters, name)) return [{ path, message: NO_CLUSTER }];
    return replies.flatMap(({ status, headers, body, trailers }, i): ScenarioProblem[] => {
      const framing = headers.find((it) => FRAMING.includes(it.name.toLowerCase()));
      const isEmpty = status === 204 || status === 304;
      const hasMore = trailers.length > 0 || encodeBytes(body).length > 0;
      return [
        ...(framing
          ? [{ path: `${path}[${i}].headers`, message: `leave out ${framing.name}: it is added` }]
          : []),
        ...(isEmpty && hasMore
          ? [{ path: `${path}[${i}]`, message: `a reply with status ${status} has no body` }]
          : []),
      ];
    });
  });
}

function findDuplicateIds(connections: readonly ScenarioConnection[]): ScenarioProblem[] {
  const owners = new Map<string, number>();
  const problems: ScenarioProblem[] = [];
  connections.forEach(({ id }, index) => {
    if (id === undefined) return;
    const owner = owners.get(id);
    if (owner === undefined) owners.set(id, index);
    else {
      problems.push({
        path: `$.connections[${index}].id`,
        message: `"${id}" is already the id of $.connections[${owner}]; choose another`,
      });
    }
  });
  return problems;
}

/** Which side acts in a step. */
function sideOf(step: ScenarioConnection["steps"][number]): "client" | "server" {
  if ("downstream" in step) return "client";
  if ("upstream" in step) return "server";
  return step.close.startsWith("client") ? "client" : "server";
}

function findLateSteps({ steps }: ScenarioConnection, connection: number): ScenarioProblem[] {
  const closedBy = new Map<string, number>();
  const problems: ScenarioProblem[] = [];
  steps.forEach((step, index) => {
    const side = sideOf(step);
    const closed = closedBy.get(side);
    if (closed !== undefined) {
      problems.push({
        path: `$.connections[${connection}].steps[${index}]`,
        message: `the ${side} has closed in steps[${closed}]; remove this step, or move it before`,
      });
    } else if ("close" in step) closedBy.set(side, index);
  });
  return problems;
}

const CALLBACKS = new Map([
  ...callbacksOf("0.2.1"),
  ...Object.entries(START_FUNCTIONS),
  ...ALLOCATORS.map((name) => [name, START_FUNCTIONS.main] as const),
]);
const HOST_CALLS = new Set(hostcalls.map((it) => it.name));

function findFaultProblems(fault: ScenarioFault, index: number): ScenarioProblem[] {
  const problem = (field: string, message: string): ScenarioProblem[] => [
    { path: `$.faults[${index}].${field}`, message },
  ];
  const { call } = fault;
  const callback = CALLBACKS.get(call);
  if (!callback && !HOST_CALLS.has(call)) {
    const bare = call.slice(call.lastIndexOf(".") + 1);
    const known = [...CALLBACKS.keys(), ...HOST_CALLS];
    const near =
      known.find((name) => name === bare || name === `proxy_${bare}`) ?? nearestName(call, known);
    return problem(
      "call",
      near
        ? `no host call or callback has this name; did you mean "${near}"?`
        : "no host call or callback has this name. Example: proxy_get_property, proxy_on_new_connection",
    );
  }
  if (callback && (fault.status !== undefined || fault.value !== undefined)) {
    const field = fault.status === undefined ? "value" : "status";
    return problem(field, `${call} is a callback: give "return" or "trap" instead`);
  }
  if (!callback && fault.return !== undefined) {
    return problem("return", `${call} is a host call: give "status", "value" or "trap" instead`);
  }
  if (callback?.results.length === 0 && fault.return !== undefined) {
    return problem("return", `${call} returns nothing: only "trap" is possible`);
  }
  return [];
}

/** Ids by position from 1, made unique where a given id is in the way. */
function withIds(connections: readonly ScenarioConnection[]): ScenarioConnection[] {
  const taken = new Set(connections.map((it) => it.id));
  return connections.map((connection, index) => {
    if (connection.id !== undefined) return connection;
    let id = String(index + 1);
    for (let copy = 2; taken.has(id); copy += 1) id = `${index + 1}-${copy}`;
    taken.add(id);
    return { ...connection, id };
  });
}
