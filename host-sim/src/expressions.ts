/**
 * CEL expressions of a plugin (Envoy foreign.cc, expr_create and expr_evaluate; context.cc,
 * serializeValue). Loaded when a module names `expr_create`. What the library does differently from
 * Envoy's cel-cpp, or may, is said to be not modelled.
 */
import {
  celEnv,
  celFunc,
  celMethod,
  CelScalar,
  celUint,
  isCelError,
  isCelList,
  isCelMap,
  isCelUint,
  objectType,
  parse,
  plan,
  type CelInput,
  type CelResult,
  type CelValue,
} from "@bufbuild/cel";
import { create, fromJson } from "@bufbuild/protobuf";
import { isReflectMessage, type ReflectMessage } from "@bufbuild/protobuf/reflect";
import {
  DurationSchema,
  TimestampSchema,
  type Duration,
  type Timestamp,
} from "@bufbuild/protobuf/wkt";
import type { ConnectionFacts, PluginFacts } from "./envoy/attributes.ts";
import { encode64, type Value } from "./envoy/celValue.ts";
import { readNames } from "./envoy/expressionNames.ts";
import { checkExpression, findDoubt, INDEX, MAP_KEY } from "./expressionRules.ts";
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

const { BOOL, DOUBLE, INT, STRING, UINT } = CelScalar;
const DURATION = objectType(DurationSchema);
const TIMESTAMP = objectType(TimestampSchema);
const MAX_INT64 = 2n ** 63n - 1n;
/** The years 1 to 9999. */
const MIN_SECONDS = -62_135_596_800n;
const MAX_SECONDS = 253_402_300_799n;

/** What a conversion was given for which the library has no sure answer. */
let doubt: string | undefined;

function inDoubt(what: string): never {
  doubt = `${what} is not modelled in CEL expressions`;
  throw new Error(doubt);
}

/** absl::SimpleAtoi: white space around it and a plus sign are allowed. */
function wholeNumber(text: string, pattern: RegExp): bigint {
  const digits = pattern.exec(text)?.[1];
  if (digits === undefined) throw new Error(`"${text}" is not a whole number`);
  return BigInt(digits);
}

/** The shortest digits, with an exponent from 1e+06 up and below 1e-04. */
function doubleText(value: number): string {
  if (!Number.isFinite(value)) return inDoubt("the text of an infinite number");
  const size = Math.abs(value);
  if (Object.is(value, -0)) return "-0";
  if (size === 0 || (size >= 1e-4 && size < 1e6)) return String(value);
  return value.toExponential().replace(/e([-+])(\d)$/, "e$10$2");
}

const NANOS = 1_000_000_000n;
const UNITS = { ns: 1n, us: 1_000n, ms: 1_000_000n, s: NANOS, m: 60n * NANOS, h: 3600n * NANOS };
const MAX_SPAN = 315_576_000_000n * NANOS;

/** absl::ParseDuration, in nanoseconds. */
function spanOf(text: string): bigint {
  const [, sign, parts = ""] = /^([-+]?)([^]*)$/.exec(text) ?? [];
  if (parts === "0") return 0n;
  if (parts === "inf") return inDoubt("an infinite duration");
  if (!/^(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|ms|s|m|h))+$/.test(parts)) {
    throw new Error(`"${text}" is not a duration`);
  }
  let nanos = 0n;
  for (const [, whole, fraction = "", unit] of parts.matchAll(/(\d*)\.?(\d*)([a-z]+)/g)) {
    const size = UNITS[unit as keyof typeof UNITS];
    const [part, scale] = [BigInt(fraction || 0) * size, 10n ** BigInt(fraction.length)];
    if (part % scale !== 0n) return inDoubt("a duration of less than a nanosecond");
    nanos += BigInt(whole || 0) * size + part / scale;
  }
  if (nanos > MAX_SPAN) throw new Error(`"${text}" is too long a duration`);
  if (nanos > MAX_INT64) return inDoubt("a duration of more than 292 years");
  return sign === "-" ? -nanos : nanos;
}

function millisecondsOf(this: ReflectMessage): bigint {
  return BigInt((this.message as Timestamp).nanos) / 1_000_000n;
}

/** Conversions in which cel-cpp differs from the library. */
const conversions = [
  celFunc("int", [BOOL], INT, (it) => (it ? 1n : 0n)),
  celFunc("int", [STRING], INT, (it) => {
    const number = wholeNumber(it, /^[ \t\n\v\f\r]*\+?(-?\d+)[ \t\n\v\f\r]*$/);
    if (BigInt.asIntN(64, number) !== number) throw new Error("out of range");
    return number;
  }),
  celFunc("int", [DURATION], INT, () => {
    throw new Error("a duration has no number");
  }),
  celFunc("uint", [STRING], UINT, (it) => {
    const number = wholeNumber(it, /^[ \t\n\v\f\r]*\+?(\d+)[ \t\n\v\f\r]*$/);
    if (BigInt.asUintN(64, number) !== number) throw new Error("out of range");
    return celUint(number);
  }),
  celFunc("double", [STRING], DOUBLE, (it) => {
    if (/^[ \t\n\v\f\r]*[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?[ \t\n\v\f\r]*$/i.test(it))
      return Number(it);
    if (/inf|nan|0x/i.test(it)) return inDoubt(`double of "${it}"`);
    throw new Error(`"${it}" is not a number`);
  }),
  celFunc("string", [DOUBLE], STRING, doubleText),
  celFunc("timestamp", [STRING], TIMESTAMP, (it) => {
    // Envoy's parser is lenient: hours of one digit, spaces, seconds of 60.
    const isStrict = /^\d{4}(-\d\d){2}T\d\d(:[0-5]\d){2}(\.\d{1,9})?(Z|[-+]\d\d:\d\d)$/.test(it);
    if (!isStrict && /\d-\d/.test(it)) return inDoubt("a timestamp in this form");
    return fromJson(TimestampSchema, it);
  }),
  celFunc("timestamp", [INT], TIMESTAMP, (seconds) => {
    if (seconds < MIN_SECONDS || seconds > MAX_SECONDS) throw new Error("timestamp out of range");
    return create(TimestampSchema, { seconds });
  }),
  celFunc("duration", [STRING], DURATION, (it) => {
    const nanos = spanOf(it);
    return create(DurationSchema, { seconds: nanos / NANOS, nanos: Number(nanos % NANOS) });
  }),
  celFunc("duration", [INT], DURATION, () => {
    throw new Error("a number is no duration");
  }),
  // The library rounds.
  celMethod("getMilliseconds", TIMESTAMP, [], INT, millisecondsOf),
  celFunc("-_", [DURATION], DURATION, () => {
    throw new Error("a duration has no sign");
  }),
  celFunc("_/_", [UINT, UINT], UINT, (a, b) => celUint(a.value / b.value)),
  ...[BOOL, INT, STRING, UINT].map((type) => celFunc(MAP_KEY, [type], type, (it) => it)),
  ...[DOUBLE, INT, STRING, UINT].map((type) => celFunc(INDEX, [type], type, (it) => it)),
  celFunc(INDEX, [BOOL], BOOL, () => inDoubt("a bool as an index")),
];
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
  doubt = undefined;
  const result = run(bindings);
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
  if (doubt !== undefined) return { notModelled: doubt };
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
  if (isCelMap(value) && value.size > 1) doubt = "the order of a map's entries is not modelled";
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
