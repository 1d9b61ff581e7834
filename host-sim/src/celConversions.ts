/** What CEL's conversions and operators do in Envoy's cel-cpp, where the library differs from it. */
import { celFunc, celMethod, CelScalar, celUint, objectType } from "@bufbuild/cel";
import { create, fromJson } from "@bufbuild/protobuf";
import type { ReflectMessage } from "@bufbuild/protobuf/reflect";
import { DurationSchema, TimestampSchema, type Timestamp } from "@bufbuild/protobuf/wkt";
import { INDEX, MAP_KEY } from "./expressionRules.ts";

const { BOOL, DOUBLE, INT, STRING, UINT } = CelScalar;
const DURATION = objectType(DurationSchema);
const TIMESTAMP = objectType(TimestampSchema);
export const MAX_INT64 = 2n ** 63n - 1n;
/** The years 1 to 9999. */
const MIN_SECONDS = -62_135_596_800n;
const MAX_SECONDS = 253_402_300_799n;

/** The library makes values of errors and goes on: what is in doubt is kept beside them. */
let doubt: string | undefined;

/** Notes that Envoy's answer is not known. */
export function noteDoubt(what: string): void {
  doubt = what;
}

/** What was noted since the last call; undefined: nothing. */
export function takeDoubt(): string | undefined {
  const noted = doubt;
  doubt = undefined;
  return noted;
}

function inDoubt(what: string): never {
  noteDoubt(`${what} is not modelled in CEL expressions`);
  throw new Error(what);
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

export const NANOS = 1_000_000_000n;
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
export const conversions = [
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
