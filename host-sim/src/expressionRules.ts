/** What of CEL is answered as Envoy's cel-cpp does: every function here is in a parity case. */
import { parse } from "@bufbuild/cel";
import { attributeGroups } from "./envoy/attributes.ts";

type Expr = NonNullable<ReturnType<typeof parse>["expr"]>;

export type Checked =
  /** Names of attributes that it reads, and of which members where the name is a group. */
  | { readonly names: ReadonlyMap<string, ReadonlySet<string>> }
  | { readonly refused: string; readonly by: "parser" | "compiler" }
  | { readonly notModelled: string };

/** Functions of cel-cpp with the numbers of their arguments. */
const globals: Readonly<Record<string, readonly number[]>> = {
  "_+_": [2],
  "_-_": [2],
  "_*_": [2],
  "_/_": [2],
  "_%_": [2],
  "-_": [1],
  "!_": [1],
  "_==_": [2],
  "_!=_": [2],
  "_<_": [2],
  "_<=_": [2],
  "_>_": [2],
  "_>=_": [2],
  "_&&_": [2],
  "_||_": [2],
  "_?_:_": [3],
  "@in": [2],
  "_[_]": [2],
  "@not_strictly_false": [1],
  size: [1],
  string: [1],
  bytes: [1],
  int: [1],
  uint: [1],
  double: [1],
  bool: [1],
  type: [1],
  dyn: [1],
  duration: [1],
  timestamp: [1],
};
/** The same for methods, without their target. */
const methods: Readonly<Record<string, readonly number[]>> = {
  size: [0],
  contains: [1],
  startsWith: [1],
  endsWith: [1],
  matches: [1],
  getFullYear: [0, 1],
  getMonth: [0, 1],
  getDate: [0, 1],
  getDayOfMonth: [0, 1],
  getDayOfWeek: [0, 1],
  getDayOfYear: [0, 1],
  getHours: [0, 1],
  getMinutes: [0, 1],
  getSeconds: [0, 1],
  getMilliseconds: [0, 1],
};

/** The library leaves calls of them as they are where their first argument is no name. */
const macros: Readonly<Record<string, readonly number[]>> = {
  all: [2],
  exists: [2],
  exists_one: [2],
  map: [2, 3],
  filter: [2],
};

/** Parts of the text in which the library's parser takes what Envoy's refuses, or the reverse. */
const doubtful: readonly (readonly [RegExp, string])[] = [
  [/(?:^|[-+*/%<>=!([{,?:&|])\s*-\s*\d+u/i, "a minus before an unsigned number"],
  // The library takes away both; Envoy only where nothing is between them.
  [/-\s*\([\s(]*-[\s(]*[^\d.\s(]|!\s*\([\s(]*!/, "a sign of a sign in parentheses"],
  [/(?<![\w.])(?!0x)\d+(?:\.\d+)?(?!e[-+]?\d|u\b)[a-z_]/i, "a number before a name"],
  [/(?:\w\s+|[)\]}'"]\s*)in\w/, "a name that begins with in after a value"],
  [/\(\s*\.[a-z_]\w*\s*,/i, "a variable that begins with a dot"],
  [/\/\//, "comments"],
  [/`/, "quoted names"],
];
const doubtfulInTexts: readonly (readonly [RegExp, string])[] = [
  [/\\(?:[^abfnrtvxXuU0-3\\?"'`]|[0-3](?![0-7]{2}))/, "this escape"],
  [/\\(?:[xX](?![\da-fA-F]{2})|u(?![\da-fA-F]{4})|U(?![\da-fA-F]{8}))/, "a short escape"],
  [/\b[bB][rR]?["'][^"']*\\[uU]/, "an escape of Unicode in bytes"],
];
const wholeNumber = /(-?)\b(0x[\da-f]{16,}|\d{19,})(u?)/gi;
const MAX_INT64 = 2n ** 63n - 1n;
const MAX_UINT64 = 2n ** 64n - 1n;
const rawText = /\b[rR](["'])(?:(?!\1).)*\1/g;
const anyText = /(["'])(?:\\.|(?!\1).)*\1/g;

/** What of the text is not modelled, before it is parsed. */
export function findDoubt(source: string): string | undefined {
  const rest = source.replace(rawText, "''").replaceAll("\\\\", "");
  for (const [, minus, digits = "", unsigned] of rest.matchAll(wholeNumber)) {
    const max = unsigned ? MAX_UINT64 : minus ? MAX_INT64 + 1n : MAX_INT64;
    if (BigInt(digits) > max) return "a number out of range in a CEL expression: not modelled";
  }
  const code = source.replace(rawText, "''").replace(anyText, "''");
  const found =
    doubtful.find(([pattern]) => pattern.test(code)) ??
    doubtfulInTexts.find(([pattern]) => pattern.test(rest));
  return found && `${found[1]} in CEL expressions: not modelled`;
}

export function checkExpression(expr: Expr | undefined): Checked {
  const names = new Map<string, Set<string>>();
  try {
    if (expr) new Walk(names).visit(expr, new Set());
  } catch (error) {
    if (error instanceof Refused) return { refused: error.message, by: error.by };
    if (error instanceof NotModelled) return { notModelled: error.message };
    throw error;
  }
  return { names };
}

class Refused extends Error {
  readonly by: "parser" | "compiler";
  constructor(message: string, by: Refused["by"]) {
    super(message);
    this.by = by;
  }
}
class NotModelled extends Error {}

class Walk {
  readonly #names: Map<string, Set<string>>;

  constructor(names: Map<string, Set<string>>) {
    this.#names = names;
  }

  /** `bound`: variables of macros. */
  visit(expr: Expr, bound: ReadonlySet<string>): void {
    const { exprKind } = expr;
    const visit = (it: Expr | undefined): void => it && this.visit(it, bound);
    switch (exprKind.case) {
      case "constExpr":
        return;
      case "identExpr":
        return this.#name(exprKind.value.name, undefined, bound);
      case "selectExpr": {
        const { operand, field, testOnly } = exprKind.value;
        if (testOnly) return this.#has(expr, operand, field, bound);
        const group = groupOf(operand, bound);
        return group === undefined ? visit(operand) : this.#name(group, field, bound);
      }
      case "callExpr": {
        const { function: name, target, args } = exprKind.value;
        const all = target ? [target, ...args] : args;
        const [here, there] = target ? [methods, globals] : [globals, methods];
        const counts = Object.hasOwn(here, name) ? here[name] : undefined;
        if (!counts?.includes(args.length)) {
          // Envoy takes some in the other form, too.
          const others = Object.hasOwn(there, name) ? there[name] : undefined;
          if (others?.includes(target ? all.length : all.length - 1)) {
            throw new NotModelled(`"${name}" in this form is not modelled in CEL expressions`);
          }
          const forms = target ? macros[name] : name === "has" ? [1] : undefined;
          if (forms?.includes(args.length)) {
            throw new Refused(`${name}() does not have the form of that macro`, "parser");
          }
          throw new Refused("No overloads provided for FunctionStep creation", "compiler");
        }
        const [container, key] = name === "@in" ? [all[1], all[0]] : [all[0], all[1]];
        const group = name === "_[_]" || name === "@in" ? groupOf(container, bound) : undefined;
        const text = textOf(key);
        if (group !== undefined && text !== undefined) return this.#name(group, text, bound);
        all.forEach(visit);
        if (name === "_[_]" && key) checkBy(INDEX, key);
        return;
      }
      case "listExpr":
        return exprKind.value.elements.forEach(visit);
      case "structExpr":
        if (exprKind.value.messageName !== "") {
          throw new NotModelled("messages in CEL expressions are not modelled");
        }
        return exprKind.value.entries.forEach(({ keyKind, value }) => {
          if (keyKind.case === "mapKey") {
            visit(keyKind.value);
            checkBy(MAP_KEY, keyKind.value);
          }
          visit(value);
        });
      case "comprehensionExpr": {
        const { iterRange, accuInit, iterVar, accuVar, loopCondition, loopStep, result } =
          exprKind.value;
        const { exprKind: range } = iterRange ?? {};
        if (range?.case === "structExpr" && range.value.entries.length > 1) {
          throw new NotModelled("the order of a map's entries is not modelled");
        }
        visit(iterRange);
        visit(accuInit);
        const inner = new Set([...bound, iterVar, accuVar]);
        for (const it of [loopCondition, loopStep, result]) if (it) this.visit(it, inner);
        return;
      }
      case undefined:
        throw new NotModelled("this form of CEL expression is not modelled");
    }
  }

  /** The library answers false where Envoy has an error; `in` is the same on maps and an error elsewhere. */
  #has(expr: Expr, operand: Expr | undefined, field: string, bound: ReadonlySet<string>): void {
    const { exprKind } = operand ?? {};
    const isKnown =
      exprKind?.case === "structExpr" ||
      (exprKind?.case === "identExpr" && !bound.has(exprKind.value.name)) ||
      (exprKind?.case === "selectExpr" && groupOf(exprKind.value.operand, bound) !== undefined);
    const test = parse('"" in x').expr?.exprKind;
    const [key] = test?.case === "callExpr" ? test.value.args : [];
    if (!isKnown || !operand || key?.exprKind.case !== "constExpr" || test?.case !== "callExpr") {
      throw new NotModelled("has() of this is not modelled in CEL expressions");
    }
    key.exprKind.value.constantKind = { case: "stringValue", value: field };
    test.value.args[1] = operand;
    expr.exprKind = test;
    this.visit(expr, bound);
  }

  #name(name: string, member: string | undefined, bound: ReadonlySet<string>): void {
    if (bound.has(name)) return;
    if (attributeGroups.has(name) && member === undefined) {
      throw new NotModelled(`"${name}" as a whole is not modelled in CEL expressions`);
    }
    const members = this.#names.get(name) ?? new Set();
    this.#names.set(name, members);
    if (member !== undefined) members.add(member);
  }
}

/** The library takes a double for a key where it is a whole number. No function of it has this name. */
export const MAP_KEY = "@map_key";
/** The library takes a bool for the index of a list. */
export const INDEX = "@index";

/** Puts a call of `name` around an expression: its overloads in expressions.ts say what may pass. */
function checkBy(name: string, expr: Expr): void {
  const call = parse("dyn(0)").expr?.exprKind;
  if (call?.case !== "callExpr" || !call.value.args[0]) return;
  call.value.function = name;
  call.value.args[0].exprKind = expr.exprKind;
  expr.exprKind = call;
}

/** The name of a group of attributes, if the expression is one. */
function groupOf(expr: Expr | undefined, bound: ReadonlySet<string>): string | undefined {
  if (expr?.exprKind.case !== "identExpr") return undefined;
  const { name } = expr.exprKind.value;
  return attributeGroups.has(name) && !bound.has(name) ? name : undefined;
}

function textOf(expr: Expr | undefined): string | undefined {
  const constant = expr?.exprKind.case === "constExpr" ? expr.exprKind.value : undefined;
  return constant?.constantKind.case === "stringValue" ? constant.constantKind.value : undefined;
}
