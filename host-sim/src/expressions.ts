/**
 * CEL expressions of a plugin (Envoy foreign.cc, expr_create and expr_evaluate; context.cc,
 * serializeValue). Loaded when a module names `expr_create`. What the library does differently from
 * Envoy's cel-cpp, or may, is said to be not modelled.
 */
import {
  celEnv,
  celUint,
  isCelError,
  isCelList,
  isCelMap,
  isCelUint,
  parse,
  plan,
  type CelInput,
  type CelResult,
  type CelValue,
} from "@bufbuild/cel";
import { create } from "@bufbuild/protobuf";
import { isReflectMessage } from "@bufbuild/protobuf/reflect";
import { TimestampSchema, type Duration, type Timestamp } from "@bufbuild/protobuf/wkt";
import { conversions, MAX_INT64, NANOS, noteDoubt, takeDoubt } from "./celConversions.ts";
import type { ConnectionFacts, PluginFacts } from "./envoy/attributes.ts";
import { encode64, type Value } from "./envoy/celValue.ts";
import { readNames } from "./envoy/expressionNames.ts";
import { checkExpression, findDoubt } from "./expressionRules.ts";
import { writePairs } from "./hostcalls/pairs.ts";

/** An expression that Envoy has taken. */
export interface Expression {
  readonly evaluate: (facts: ConnectionFacts | undefined, plugin: PluginFacts) => Evaluated;
}

export type Evaluated =
  | { readonly value: Uint8Array }
  /** `unserialisable`: there is a value, and no bytes for it. */
  | { readonly failed: "error" | "unserialisable"; readonly why: string }
  | { readonly notModelled: string };

export type Created =
  | { readonly expression: Expression }
  /** `log`: what Envoy says at level info. */
  | { readonly refused: string; readonly log: string }
  | { readonly notModelled: string };

const environment = celEnv({ funcs: conversions });
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const utf8Encoder = new TextEncoder();

/** The text of Envoy's parser names tokens of its grammar; only that there is one is shown. */
export const PARSE_ERROR = "expr_create parse error: ERROR";

export function createExpression(source: Uint8Array): Created {
  let text: string;
  try {
    text = utf8.decode(source);
  } catch {
    const why = "cannot parse malformed UTF-8 input";
    return { refused: why, log: `expr_create parse error: ${why}` };
  }
  let parsed;
  try {
    const doubtful = findDoubt(text);
    if (doubtful !== undefined) return { notModelled: doubtful };
    parsed = parse(text);
  } catch (error) {
    return { refused: `it does not parse: ${messageOf(error)}`, log: PARSE_ERROR };
  }
  const checked = checkExpression(parsed.expr);
  if ("notModelled" in checked) return checked;
  if ("refused" in checked) {
    const { refused, by } = checked;
    return {
      refused,
      log: by === "parser" ? PARSE_ERROR : `expr_create compile error: ${refused}`,
    };
  }
  let run: (bindings: Record<string, CelInput>) => CelResult;
  try {
    run = plan(environment, parsed);
  } catch (error) {
    return { notModelled: `this expression is not modelled: ${messageOf(error)}` };
  }
  return { expression: { evaluate: (...facts) => evaluate(run, checked.names, ...facts) } };
}

function evaluate(
  run: (bindings: Record<string, CelInput>) => CelResult,
  names: ReadonlyMap<string, ReadonlySet<string>>,
  facts: ConnectionFacts | undefined,
  plugin: PluginFacts,
): Evaluated {
  const bindings: Record<string, CelInput> = {};
  for (const [name, members] of names) {
    const read = readNames(name, members, facts, plugin);
    if (read === "notModelled") return { notModelled: `${name} is not modelled in expressions` };
    if (read instanceof Map) {
      const entries = [...(read as ReadonlyMap<string, Value>)];
      bindings[name] = new Map(entries.map(([key, value]) => [key, inputOf(value)]));
    } else if (read) bindings[name] = inputOf(read as Value);
  }
  takeDoubt();
  const result = run(bindings);
  const doubt = takeDoubt();
  if (doubt !== undefined) return { notModelled: doubt };
  if (isCelError(result)) {
    return /(?:timestamp|duration) out of range/.test(result.message)
      ? { notModelled: "times out of range are not modelled in CEL expressions" }
      : { failed: "error", why: result.message };
  }
  if (typeof result === "number" && Number.isNaN(result)) {
    return { notModelled: "which NaN Envoy answers depends on the processor" };
  }
  const value = encode(result);
  const doubtOfBytes = takeDoubt();
  if (doubtOfBytes !== undefined) return { notModelled: doubtOfBytes };
  return value
    ? { value }
    : { failed: "unserialisable", why: "the value is of a type that has no bytes" };
}

function inputOf(value: Value): CelInput {
  switch (value.type) {
    case "string":
      return typeof value.text === "string" ? value.text : utf8.decode(value.text);
    case "bytes":
      return value.bytes;
    case "bool":
      return value.bool;
    case "uint":
      return celUint(BigInt(value.number));
    case "timestamp": {
      const all = BigInt(value.number);
      return create(TimestampSchema, { seconds: all / NANOS, nanos: Number(all % NANOS) });
    }
    case "map":
      return new Map();
    case "null":
      return null;
    case "int":
    case "duration":
      return BigInt(value.number);
    case "message":
      throw new Error("a message has no input");
  }
}

/** Undefined where Envoy has no bytes for the value. */
function encode(value: CelValue): Uint8Array | undefined {
  if (typeof value === "string") return utf8Encoder.encode(value);
  if (typeof value === "bigint") return encode64(value);
  if (typeof value === "boolean") return Uint8Array.of(value ? 1 : 0);
  if (typeof value === "number") {
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setFloat64(0, value, true);
    return bytes;
  }
  if (value instanceof Uint8Array) return value;
  if (isCelUint(value)) return encode64(value.value);
  if (isCelList(value)) return encodePairs([...value].map((it) => [it, ""]));
  // Envoy's order is that of a hash table, another in each process.
  if (isCelMap(value) && value.size > 1) noteDoubt("the order of a map's entries is not modelled");
  if (isCelMap(value)) return encodePairs([...value]);
  if (isReflectMessage(value)) return encodeTime(value.message as Timestamp | Duration);
  return undefined;
}

function encodePairs(entries: readonly (readonly [CelValue, CelValue])[]): Uint8Array | undefined {
  const pairs: [Uint8Array, Uint8Array][] = [];
  for (const [key, value] of entries) {
    const both = [encode(key), encode(value)] as const;
    if (!both[0] || !both[1]) return undefined;
    pairs.push([both[0], both[1]]);
  }
  return writePairs(pairs);
}

/** Nanoseconds, as many as 64 bits hold. */
function encodeTime({ seconds, nanos }: Timestamp | Duration): Uint8Array {
  const all = seconds * NANOS + BigInt(nanos);
  const most = all > MAX_INT64 ? MAX_INT64 : all;
  return encode64(most < -MAX_INT64 ? -MAX_INT64 - 1n : most);
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
