/** What may be written at a place of a scenario's JSON, by the JSON Schema that host-sim ships. */
import {
  snippet,
  type Completion,
  type CompletionContext,
  type CompletionResult,
} from "@codemirror/autocomplete";
import { syntaxTree } from "@codemirror/language";
import type { SyntaxNode } from "@lezer/common";
import schemaText from "wasmerang/scenario.schema.json?raw";
import { itemsOf, propertyName, type PathPart } from "./jsonPlaces.ts";

/** What this file reads of JSON Schema. */
interface Schema {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
}

const schema = JSON.parse(schemaText) as Schema;

/** Completes names of fields, and values where the schema names them. */
export function completeScenario(context: CompletionContext): CompletionResult | null {
  const { state, pos, explicit } = context;
  const text = state.doc.toString();
  const node = syntaxTree(state).resolveInner(pos, -1);
  const word = context.matchBefore(/"?[\w$]*/);
  const from = word?.from ?? pos;
  const isName = expectsName(node, text, from);
  if (!explicit && word?.from === word?.to) return null;
  const object = isName ? enclosing(node, "Object") : undefined;
  const options = object ? namesAt(object, text) : valuesAt(pathAt(node, text, pos), text, node);
  if (options.length === 0) return null;
  return { from, options, validFor: /^"?[\w$]*$/ };
}

/** Whether a field's name stands, or would stand, at `from`: after `{` or `,` in an object. */
function expectsName(node: SyntaxNode, text: string, from: number): boolean {
  if (node.name === "PropertyName") return true;
  const before = /[{,]\s*$/.test(text.slice(0, from));
  return before && enclosing(node, "Object", "Array")?.name === "Object";
}

function enclosing(node: SyntaxNode, ...names: readonly string[]): SyntaxNode | undefined {
  for (let up: SyntaxNode | null = node; up; up = up.parent) {
    if (names.includes(up.name)) return up;
  }
  return undefined;
}

/** The way from the root to the value at a node, or to the one that would stand there. */
function pathAt(node: SyntaxNode, text: string, pos: number): readonly PathPart[] {
  const parts: PathPart[] = node.name === "Array" ? [indexIn(node, pos)] : [];
  for (let at: SyntaxNode | null = node; at; at = at.parent) {
    if (at.name === "Property") parts.unshift(propertyName(at, text));
    else if (at.parent?.name === "Array") parts.unshift(indexIn(at.parent, at.from));
  }
  return parts;
}

const indexIn = (list: SyntaxNode, pos: number) =>
  itemsOf(list).filter(({ to }) => to <= pos).length;

/** Every schema that a value at the path may follow. */
function schemasAt(path: readonly PathPart[]): readonly Schema[] {
  let found = options(schema);
  for (const part of path) {
    found = found.flatMap(({ properties, additionalProperties, items }) => {
      if (typeof part === "number") return items ? options(items) : [];
      const property = properties?.[part];
      if (property) return options(property);
      return typeof additionalProperties === "object" ? options(additionalProperties) : [];
    });
  }
  return found;
}

const options = (of: Schema): readonly Schema[] => (of.anyOf ? of.anyOf.flatMap(options) : [of]);

function namesAt(object: SyntaxNode, text: string): readonly Completion[] {
  const used = new Set(object.getChildren("Property").map((one) => propertyName(one, text)));
  const known = new Map<string, Schema>();
  for (const { properties } of schemasAt(pathAt(object, text, object.from))) {
    for (const entry of Object.entries(properties ?? {})) known.set(...entry);
  }
  return [...known]
    .filter(([name]) => !used.has(name) && name !== "$schema")
    .map(([name, of]) =>
      completion(`"${name}"`, `"${name}": ${template(of)}`, {
        type: "property",
        detail: detailOf(of),
        ...(of.description === undefined ? {} : { info: of.description }),
      }),
    );
}

/** An entry of the list that puts a snippet in place, over the quote that the editor closed. */
function completion(
  label: string,
  inserted: string,
  shown: Pick<Completion, "type" | "detail" | "info">,
): Completion {
  const put = snippet(inserted);
  return {
    label,
    ...shown,
    apply(view, chosen, from, to) {
      const isClosed = view.state.sliceDoc(to, to + 1) === '"';
      put(view, chosen, from, isClosed ? to + 1 : to);
    },
  };
}

/** What comes after a field's name, the cursor where the value is to be typed. */
function template(of: Schema): string {
  const [first] = options(of);
  if (first?.const !== undefined) return JSON.stringify(first.const);
  switch (first?.type) {
    case "string":
      return '"${}"';
    case "object":
      return "{${}}";
    case "array":
      return "[${}]";
    default:
      return "${}";
  }
}

function detailOf(of: Schema): string {
  const values = options(of).flatMap((one) => one.enum ?? []);
  const kinds = values.length > 0 ? values : options(of).map(({ type }) => type ?? "any");
  const standard = of.default === undefined ? "" : `, default ${JSON.stringify(of.default)}`;
  return [...new Set(kinds)].join(" | ") + standard;
}

function valuesAt(
  path: readonly PathPart[],
  text: string,
  node: SyntaxNode,
): readonly Completion[] {
  const values = schemasAt(path).flatMap((one): readonly unknown[] => {
    if (one.enum) return one.enum;
    if (one.const !== undefined) return [one.const];
    if (one.type === "boolean") return [true, false];
    return one.default === undefined || one.default === "" ? [] : [one.default];
  });
  const named = isClusterName(path) ? clusterNames(node, text) : [];
  return [...new Set([...named, ...values])].map((value) => {
    const label = JSON.stringify(value);
    // Braces and dollars have a meaning in snippets.
    return completion(label, label.replace(/[{}$\\]/g, "\\$&"), { type: "enum" });
  });
}

/** Places that name a cluster of the scenario. */
function isClusterName(path: readonly PathPart[]): boolean {
  const [first, second, , last] = path;
  if (first === "tcpProxy") return second === "cluster" || last === "name";
  return first === "connections" && path.at(-1) === "cluster";
}

function clusterNames(node: SyntaxNode, text: string): readonly string[] {
  let root = node;
  while (root.parent) root = root.parent;
  const fields = root.firstChild?.getChildren("Property") ?? [];
  const clusters = fields.find((one) => propertyName(one, text) === "clusters")?.lastChild;
  return clusters?.getChildren("Property").map((one) => propertyName(one, text)) ?? [];
}
