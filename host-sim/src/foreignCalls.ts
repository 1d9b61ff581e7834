/** The foreign functions that Envoy 1.40 registers (source/extensions/common/wasm/foreign.cc). */
import { Status } from "./abi.ts";
import { decodeText } from "./bytes.ts";
import type { Context } from "./context.ts";
import {
  hasFactory,
  makeFilterStateObject,
  propertyTypes,
  type PropertyType,
} from "./envoy/filterState.ts";
import { parseFields, parseSetEnvoyFilterState, spans } from "./envoy/foreignFunctions.ts";
import type { Expression } from "./expressions.ts";
import { NO_RESULT } from "./hostcalls/hostContext.ts";
import type { Slice } from "./memory.ts";

export interface ForeignAnswer {
  readonly status: Status;
  /** NO_RESULT: the function did not ask for room. */
  readonly results: Uint8Array;
}
/** `context` is the effective one; `current` the one whose callback runs. */
type ForeignFunction = (args: Slice, context: Context, current: Context) => ForeignAnswer;

interface DeclaredProperty {
  readonly readOnly: boolean;
  readonly type: PropertyType;
  readonly span: (typeof spans)[number];
}

/** What foreign functions keep with a context. */
export class ForeignData {
  /** By name; those of the root context count. */
  readonly declared = new Map<string, DeclaredProperty>();
  /** By token; those of the root context count. A string: why the expression is not modelled. */
  readonly expressions = new Map<number, Expression | string>();
  nextToken = 0;
}

const utf8 = new TextDecoder();
const answer = (status: Status): ForeignAnswer => ({ status, results: NO_RESULT });
const OK = answer(Status.Ok);

function refuse({ vm }: Context, status: Exclude<Status, 0>, why: string): ForeignAnswer {
  vm.note(why);
  return answer(status);
}

function notModelled({ vm }: Context, what: string): ForeignAnswer {
  vm.notModelled(what);
  return answer(Status.Unimplemented);
}

const readFilterState = (bytes: Uint8Array) => {
  const wanted = parseSetEnvoyFilterState(bytes);
  return wanted && { ...wanted, object: makeFilterStateObject(wanted.path, wanted.value) };
};

/** The checks are in this order. */
const setEnvoyFilterState: ForeignFunction = (args, context) => {
  const wanted = args.decoded(readFilterState);
  if (!wanted) {
    const why = "the bytes are no SetEnvoyFilterStateArguments message";
    return refuse(context, Status.BadArgument, why);
  }
  const { path, value, span, object } = wanted;
  if (!object && !hasFactory(path)) {
    const why = `Envoy cannot make filter state for the key "${path}"`;
    return refuse(context, Status.NotFound, why);
  }
  if (!object) {
    const why = `"${utf8.decode(value)}" is no value for ${path}`;
    return refuse(context, Status.BadArgument, why);
  }
  if (!context.connection) {
    return refuse(context, Status.NotFound, "a root context has no filter state");
  }
  context.connection.writeFilterState(path, object, span);
  return OK;
};

const NAME = 1;
const READ_ONLY = 2;
const TYPE = 3;
const SPAN = 5;

/** Belongs to the context whose callback runs; only what the root has declared is ever used. */
const declareProperty: ForeignFunction = (args, context, current) => {
  const fields = parseFields(args.view(), {
    [NAME]: "string",
    [READ_ONLY]: "varint",
    [TYPE]: "varint",
    4: "bytes",
    [SPAN]: "varint",
  });
  if (!fields) {
    return refuse(context, Status.BadArgument, "the bytes are no DeclarePropertyArguments message");
  }
  const name = utf8.decode(fields.get(NAME) as Uint8Array | undefined);
  const { declared } = current.foreign;
  if (declared.has(name)) {
    return refuse(context, Status.BadArgument, `"${name}" is already declared in this context`);
  }
  declared.set(name, {
    type: propertyTypes[Number(BigInt.asIntN(32, (fields.get(TYPE) ?? 0n) as bigint))] ?? "Bytes",
    readOnly: (fields.get(READ_ONLY) ?? 0n) !== 0n,
    span: spans[Number(BigInt.asIntN(32, (fields.get(SPAN) ?? 0n) as bigint))] ?? "FilterChain",
  });
  if (current !== current.root) {
    context.vm.note("declared outside of the root context: Envoy answers Ok and never uses it");
  }
  return OK;
};

const withZlib =
  (name: "compress" | "uncompress"): ForeignFunction =>
  (args, context) => {
    const { zlib } = context.vm.process.libraries;
    if (!zlib) return notModelled(context, `${name} needs a library, which this run has not`);
    const results = zlib[name](args.view());
    if (!results) {
      return refuse(context, Status.SerializationFailure, "the bytes are no zlib stream");
    }
    if (name === "compress" && args.length > 0) {
      context.vm.notModelled("zlib-ng, which Envoy has, may compress to other bytes");
    }
    return { status: Status.Ok, results };
  };

const withKey =
  (name: "verify_signature" | "sign"): ForeignFunction =>
  (args, context) => {
    const { signatures } = context.vm.process.libraries;
    if (!signatures) return notModelled(context, `${name} needs a library, which this run has not`);
    const outcome = signatures[name === "sign" ? "sign" : "verifySignature"](args.view());
    if (outcome === "badArgument") {
      const why = "no such message, or not exactly one key";
      return refuse(context, Status.BadArgument, why);
    }
    if ("notModelled" in outcome) return notModelled(context, `${name}: ${outcome.notModelled}`);
    if (outcome.isRandom) {
      context.vm.note("Envoy draws a number for each ECDSA signature: it makes another one");
    }
    return { status: Status.Ok, results: outcome.result };
  };

const TOKEN_BYTES = 4;
const readToken = (args: Slice): number | undefined =>
  args.length === TOKEN_BYTES ? new DataView(args.copy().buffer).getUint32(0, true) : undefined;
const NO_TOKEN = "a token has four bytes";

const createExpression: ForeignFunction = (args, context, current) => {
  const { vm } = context;
  const { expressions } = vm.process.libraries;
  if (!expressions)
    return notModelled(context, "expr_create needs a library, which this run has not");
  const created = expressions.create(args.view());
  if ("refused" in created) {
    vm.process.hostLog("info", created.log);
    return refuse(context, Status.BadArgument, created.refused);
  }
  if ("notModelled" in created) vm.notModelled(created.notModelled);
  const { foreign } = current.root;
  const token = foreign.nextToken++;
  foreign.expressions.set(
    token,
    "expression" in created ? created.expression : created.notModelled,
  );
  const result = new Uint8Array(TOKEN_BYTES);
  new DataView(result.buffer).setUint32(0, token, true);
  return { status: Status.Ok, results: result };
};

/** Of the context whose callback runs. */
const evaluateExpression: ForeignFunction = (args, context, current) => {
  const token = readToken(args);
  if (token === undefined) return refuse(context, Status.BadArgument, NO_TOKEN);
  const expression = current.root.foreign.expressions.get(token);
  if (expression === undefined) {
    return refuse(context, Status.NotFound, "there is no expression with this token");
  }
  if (typeof expression === "string") return notModelled(context, expression);
  const evaluated = expression.evaluate(current.connection, current.facts);
  if ("value" in evaluated) return { status: Status.Ok, results: evaluated.value };
  if ("notModelled" in evaluated) return notModelled(context, evaluated.notModelled);
  const { failed, why } = evaluated;
  return failed === "error"
    ? refuse(context, Status.InternalFailure, why)
    : refuse(context, Status.SerializationFailure, why);
};

/** A token that nobody has is fine. */
const deleteExpression: ForeignFunction = (args, context, current) => {
  const token = readToken(args);
  if (token === undefined) return refuse(context, Status.BadArgument, NO_TOKEN);
  current.root.foreign.expressions.delete(token);
  return OK;
};

const functions: ReadonlyMap<string, ForeignFunction> = new Map([
  ["set_envoy_filter_state", setEnvoyFilterState],
  ["clear_route_cache", () => OK],
  ["declare_property", declareProperty],
  ["compress", withZlib("compress")],
  ["uncompress", withZlib("uncompress")],
  ["verify_signature", withKey("verify_signature")],
  ["sign", withKey("sign")],
  ["expr_create", createExpression],
  ["expr_evaluate", evaluateExpression],
  ["expr_delete", deleteExpression],
]);

export const foreignFunctionNames = (): string[] => [...functions.keys()];

const findFunction = (name: Uint8Array) => functions.get(decodeText(name));

/** Undefined: Envoy has no function of that name. */
export function callForeignFunction(
  context: Context,
  name: Slice,
  args: Slice,
): ForeignAnswer | undefined {
  const call = name.decoded(findFunction);
  if (call)
    return call(args, context, (context.vm.guest.current as Context | undefined) ?? context);
  context.vm.note(`Envoy has no foreign function "${name.text()}"`);
  return undefined;
}
