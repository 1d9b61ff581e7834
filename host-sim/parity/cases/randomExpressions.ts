/**
 * Random CEL expressions: most of them well-typed, now and then not. What the simulator says is not
 * modelled is left out, so that Envoy is asked about all that it answers.
 */
import { loadLibraries } from "../../src/libraries.ts";
import { simulate } from "../../src/simulate.ts";
import type { TraceEvent } from "../../src/trace.ts";
import { from, type ParityCase, probe, scenario, talk } from "./case.ts";
import { generator, pick, type Random } from "./generator.ts";

const EXPRESSIONS = 80;
const MAX_DEPTH = 4;

/** What they read is there when the probe is configured, at a new connection, at data and in the log. */
const CALLBACKS = ["r", "n", "n", "n", "d", "l"] as const;

type Type =
  "int" | "uint" | "double" | "string" | "bytes" | "bool" | "list" | "map" | "time" | "span";
const TYPES: readonly Type[] = [
  "int",
  "uint",
  "double",
  "string",
  "bytes",
  "bool",
  "bool",
  "list",
  "map",
  "time",
  "span",
];

/** `%T` stands for an expression of type T, `%x` for a variable that a macro has bound, or a number. */
const forms: Readonly<
  Record<Type, { readonly leaves: readonly string[]; readonly all: readonly string[] }>
> = {
  int: {
    leaves: [
      "0",
      "1",
      "-1",
      "2",
      "7",
      "-3",
      "0x1f",
      "9223372036854775807",
      "-9223372036854775808",
      "source.port",
      "destination.port",
      "upstream.port",
      "xds.listener_direction",
      "request.size",
      "%x",
    ],
    all: [
      "%int + %int",
      "%int - %int",
      "%int * %int",
      "%int / %int",
      "%int % %int",
      "-(%int)",
      "size(%string)",
      "%string.size()",
      "size(%bytes)",
      "size(%list)",
      "size(%map)",
      "int(%double)",
      "int(%uint)",
      "int(%string)",
      "int(%bool)",
      "int(%time)",
      "%bool ? %int : %int",
      "%list[%int]",
      "%map['a']",
      "%map.a",
      "%time.getFullYear()",
      "%time.getDayOfWeek()",
      "%time.getHours('+01:30')",
      "%time.getMilliseconds()",
      "%span.getSeconds()",
      "%span.getMinutes()",
      "%span.getMilliseconds()",
      "(%int)",
    ],
  },
  uint: {
    leaves: [
      "0u",
      "1u",
      "7u",
      "0xFFu",
      "18446744073709551615u",
      "upstream.num_endpoints",
      "upstream.request_attempt_count",
    ],
    all: [
      "%uint + %uint",
      "%uint - %uint",
      "%uint * %uint",
      "%uint / %uint",
      "%uint % %uint",
      "uint(%int)",
      "uint(%double)",
      "uint(%string)",
      "%bool ? %uint : %uint",
      "(%uint)",
    ],
  },
  double: {
    leaves: ["0.0", "1.5", "-2.25", "1e3", "1e-7", "1e308", "0.1", "123456789.5"],
    all: [
      "%double + %double",
      "%double - %double",
      "%double * %double",
      "%double / %double",
      "-(%double)",
      "double(%int)",
      "double(%uint)",
      "double(%string)",
      "%bool ? %double : %double",
    ],
  },
  string: {
    leaves: [
      "''",
      "'a'",
      "'hello'",
      '"quo\'te"',
      "'h\u00e9llo'",
      "'42'",
      "'-7'",
      "'1.5'",
      "'true'",
      "r'a\\b'",
      "'\\u0041\\t'",
      "'10.0.0.42:51324'",
      "source.address",
      "destination.address",
      "upstream.address",
      "connection.requested_server_name",
      "plugin_name",
      "plugin_root_id",
      "xds.cluster_name",
      "text",
      "filter_state['wasm.text']",
      "string(mine)",
    ],
    all: [
      "%string + %string",
      "string(%int)",
      "string(%uint)",
      "string(%double)",
      "string(%bool)",
      "string(%bytes)",
      "string(%string)",
      "string(%span)",
      "string(%time)",
      "%bool ? %string : %string",
      "(%string)",
      "%list[0]",
    ],
  },
  bytes: {
    leaves: [
      "b''",
      "b'abc'",
      "b'\\xff\\x00'",
      "b'\\303\\251'",
      "mine",
      "filter_state['wasm.mine']",
    ],
    all: ["%bytes + %bytes", "bytes(%string)", "bytes(%bytes)", "%bool ? %bytes : %bytes"],
  },
  bool: {
    leaves: [
      "true",
      "false",
      "connection.mtls",
      "has(source.port)",
      "has(source.foo)",
      "has(upstream.address)",
      "has(connection.tls_version)",
      "has(xds.cluster_name)",
    ],
    all: [
      "%bool && %bool",
      "%bool || %bool",
      "!(%bool)",
      "%int == %int",
      "%int != %int",
      "%int < %int",
      "%int <= %uint",
      "%uint > %double",
      "%double >= %int",
      "%string == %string",
      "%string < %string",
      "%bytes == %bytes",
      "%bytes <= %bytes",
      "%bool == %bool",
      "%bool < %bool",
      "%list == %list",
      "%map == %map",
      "%map != %map",
      "%time < %time",
      "%time == %time",
      "%span >= %span",
      "%span == %span",
      "%string.contains(%string)",
      "%string.startsWith(%string)",
      "%string.endsWith(%string)",
      "%string.matches('[a-h]+')",
      "%string.matches('^\\\\d+$')",
      "%string.matches(%string)",
      "%int in %list",
      "%string in %list",
      "%string in %map",
      "%any == %any",
      "%any in %list",
      "bool(%string)",
      "%list.all(x, %bool)",
      "%list.exists(x, x == %any)",
      "%list.exists(x, %bool)",
      "%list.exists_one(x, x == %int)",
      "%bool ? %bool : %bool",
      "type(%any) == type(%any)",
      "type(%any) == int",
      "has({'a': %any}.a)",
      "has({'a': %any}.b)",
      "(%bool)",
      "%int + 1 > %int",
      "null == %any",
    ],
  },
  list: {
    leaves: ["[]", "[1, 2, 3]", "['a', 'b']", "[1u, 2.0, 'x', true]", "[null]"],
    all: [
      "[%int, %int]",
      "[%any]",
      "[%any, %any, %any]",
      "%list + %list",
      "%list.map(x, %int)",
      "%list.map(x, x)",
      "%list.map(x, %bool, x)",
      "%list.filter(x, %bool)",
      "%list.filter(x, x == %any)",
      "%bool ? %list : %list",
    ],
  },
  map: {
    leaves: ["{}", "{'a': 1}", "{'b': 'c'}", "{1: true}", "{2u: 'u'}", "{true: 1.5}"],
    all: [
      "{'a': %any}",
      "{%string: %any}",
      "{%int: %any}",
      "%bool ? %map : %map",
      "{'a': %any, 'b': %any}",
    ],
  },
  time: {
    leaves: [
      "timestamp('2020-02-03T04:05:06.789Z')",
      "timestamp('1969-12-31T23:59:59Z')",
      "timestamp(1000)",
      "timestamp('2000-02-29T00:00:00-08:00')",
    ],
    all: [
      "%time + %span",
      "%span + %time",
      "%time - %span",
      "timestamp(%int)",
      "timestamp(%string)",
    ],
  },
  span: {
    leaves: [
      "duration('1s')",
      "duration('-90m')",
      "duration('1.5ms')",
      "duration('0s')",
      "duration('36h5ns')",
    ],
    all: ["%span + %span", "%span - %span", "%time - %time", "duration(%string)", "-(%span)"],
  },
};

export async function randomExpressionCase(
  name: string,
  seed: number,
  number: number,
): Promise<ParityCase> {
  const random = generator(seed * 3_000_017 + number);
  const wasm = await probe("cel");
  const when = pick(random, CALLBACKS);
  const play = (expressions: readonly string[]): ParityCase["scenario"] =>
    scenario({
      plugin: { configuration: `${when}${expressions.join("\n")}` },
      connections: [from("10.0.0.42:51324", ...talk)],
    });
  const expressions = Array.from({ length: EXPRESSIONS }, () => randomExpression(random));
  const doubtful = new Set<number>();
  let at = -1;
  const onEvent = (it: TraceEvent): void => {
    if (it.kind !== "hostCall" || it.vm !== "worker") return;
    if (it.name !== "proxy_call_foreign_function") return;
    // Each is created, and then evaluated unless that was refused.
    if (it.words[1] === CREATE_LENGTH) at++;
    if (it.notModelled) doubtful.add(at);
  };
  simulate(wasm, play(expressions), onEvent, { libraries: await loadLibraries(wasm) });
  return { name, wasm, scenario: play(expressions.filter((_, i) => !doubtful.has(i))) };
}

/** Of the name: that of `expr_evaluate` is longer. */
const CREATE_LENGTH = "expr_create".length;

/** One line. */
function randomExpression(random: Random): string {
  const text = expressionOf(random, pick(random, TYPES), 1 + random(MAX_DEPTH), false);
  return random(25) === 0 ? damaged(random, text) : text;
}

/** @param bound within a macro that binds `x` */
function expressionOf(random: Random, type: Type, depth: number, bound: boolean): string {
  const { leaves, all } = forms[type];
  const form = depth > 0 ? pick(random, all) : pick(random, leaves);
  let inMacro = bound;
  return form.replace(/%(\w+)|\(x, /g, (found, wanted: string | undefined) => {
    if (wanted === undefined) {
      inMacro = true;
      return found;
    }
    if (wanted === "x") return bound ? "x" : String(random(100));
    // Seldom another type than the form asks for.
    const isOther = wanted === "any" || random(30) === 0;
    const inner = isOther ? pick(random, TYPES) : (wanted as Type);
    return operand(expressionOf(random, inner, depth - 1 - random(2), inMacro));
  });
}

/** Now and then without parentheses, so that precedence decides. */
const operand = (text: string): string => (/^[\w.']+$/.test(text) ? text : `(${text})`);

function damaged(random: Random, text: string): string {
  const at = random(text.length);
  const by = pick(random, ["", "(", ")", "'", ".", ",", "?", "!", "1", "x", " ", "=="]);
  return text.slice(0, at) + by + text.slice(at + random(2));
}
