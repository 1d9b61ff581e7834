/**
 * Finds everything that is wrong with the shape of a scenario, with the path to it.
 *
 * Valibot stops at the first unknown field of an object, takes a list for an object, and reports a
 * union as one lump. This walks schema and value side by side instead and asks valibot only about
 * single values and about the checks on a whole object.
 */
import * as v from "valibot";
import { nearestName } from "./nearestName.ts";
import type { ScenarioProblem } from "./scenario.ts";

/** What this file reads of valibot's schemas. */
type Schema = v.GenericSchema & {
  readonly entries?: Readonly<Record<string, Schema>>;
  readonly item?: Schema;
  readonly value?: Schema;
  readonly options?: readonly Schema[];
  readonly wrapped?: Schema;
  readonly message?: unknown;
};
type Path = string;
type JsonObject = Readonly<Record<string, unknown>>;

/** Fields of a later version of the scenario: by path, with `*` for any key. */
const RESERVED: Readonly<Record<string, readonly string[]>> = {
  "$.listener": ["proxyProtocol"],
};

const EXAMPLES: Readonly<Record<string, string>> = {
  source: '"10.0.0.42:51324"',
  destination: '"203.0.113.10:443"',
  endpoints: '["10.1.0.11:8080"]',
  clusters: '{"egress1": {"endpoints": ["10.1.0.11:8080"]}}',
  connections: '[{"source": "10.0.0.42:51324", "destination": "203.0.113.10:443"}]',
  call: '"proxy_get_property"',
};

/** Names that JavaScript objects cannot hold like any other. */
const UNUSABLE_KEYS = ["__proto__", "prototype", "constructor"];

/** Answers all problems of `value`, in the order of the document. */
export function findShapeProblems(schema: v.GenericSchema, value: unknown): ScenarioProblem[] {
  const problems: ScenarioProblem[] = [];
  walk(schema as Schema, value, "$", "$", problems);
  return problems;
}

/** @param pattern `path` with every free key and index as `*` */
function walk(
  schema: Schema,
  value: unknown,
  path: Path,
  pattern: string,
  problems: ScenarioProblem[],
): void {
  switch (schema.type) {
    case "optional":
      if (value !== undefined && schema.wrapped)
        walk(schema.wrapped, value, path, pattern, problems);
      return;
    case "nullable":
      if (value !== null && schema.wrapped) walk(schema.wrapped, value, path, pattern, problems);
      return;
    case "union":
      return walkUnion(schema, value, path, pattern, problems);
    case "strict_object":
    case "record":
      if (!isObject(value)) {
        const wanted = typeof schema.message === "string" ? schema.message : "must be an object";
        problems.push({ path, message: `${wanted}, not ${nameType(value)}` });
        return;
      }
      return whole(schema, value, path, problems, () => {
        if (schema.type === "record") walkRecord(schema, value, path, pattern, problems);
        else walkObject(schema, value, path, pattern, problems);
      });
    case "array":
      if (!Array.isArray(value)) break;
      return whole(schema, value, path, problems, () => {
        value.forEach((item: unknown, index) => {
          if (schema.item) walk(schema.item, item, `${path}[${index}]`, `${pattern}[*]`, problems);
        });
      });
  }
  const { issues } = v.safeParse(schema, value);
  for (const issue of issues ?? []) push(problems, path, describeIssue(issue, value));
}

/** Checks the parts of an object or list, and if they are fine, the whole. */
function whole(
  schema: Schema,
  value: unknown,
  path: Path,
  problems: ScenarioProblem[],
  walkParts: () => void,
): void {
  const before = problems.length;
  walkParts();
  if (problems.length > before) return;
  const { issues } = v.safeParse(schema, value);
  for (const issue of issues ?? []) push(problems, path, issue.message);
}

function walkObject(
  schema: Schema,
  value: JsonObject,
  path: Path,
  pattern: string,
  problems: ScenarioProblem[],
): void {
  const entries = schema.entries ?? {};
  for (const [key, entry] of Object.entries(entries)) {
    const keyPath = joinPath(path, key);
    if (Object.hasOwn(value, key)) walk(entry, value[key], keyPath, `${pattern}.${key}`, problems);
    else if (entry.type !== "optional") {
      const example = EXAMPLES[key];
      problems.push({
        path: keyPath,
        message: `is required${example ? `. Example: ${example}` : ""}`,
      });
    }
  }
  for (const key of Object.keys(value)) {
    if (Object.hasOwn(entries, key)) continue;
    problems.push({ path: joinPath(path, key), message: describeUnknown(key, entries, pattern) });
  }
}

function walkRecord(
  schema: Schema,
  value: JsonObject,
  path: Path,
  pattern: string,
  problems: ScenarioProblem[],
): void {
  for (const [key, item] of Object.entries(value)) {
    const keyPath = joinPath(path, key);
    if (UNUSABLE_KEYS.includes(key)) {
      problems.push({ path: keyPath, message: "this name cannot be used; choose another" });
    } else if (schema.value) walk(schema.value, item, keyPath, `${pattern}.*`, problems);
  }
}

function walkUnion(
  schema: Schema,
  value: unknown,
  path: Path,
  pattern: string,
  problems: ScenarioProblem[],
): void {
  const options = schema.options ?? [];
  const meant = isObject(value)
    ? meantObject(options, value)
    : options.find((option) => option.type === typeof value);
  if (meant) return walk(meant, value, path, pattern, problems);
  const wanted = String(schema.message);
  const suffix = isObject(value)
    ? "; it has parts of several, or of none"
    : `, not ${nameType(value)}`;
  problems.push({ path, message: wanted + suffix });
}

/** The option whose own fields the object has, allowing for slips; undefined if none or several. */
function meantObject(options: readonly Schema[], value: JsonObject): Schema | undefined {
  const keys = Object.keys(value);
  const score = (option: Schema): number => {
    const known = Object.keys(option.entries ?? {});
    return keys.reduce((sum, key) => {
      if (known.includes(key)) return sum + 2;
      return nearestName(key, known) ? sum + 1 : sum;
    }, 0);
  };
  const scored = options
    .filter((option) => option.entries)
    .map((option) => ({ option, score: score(option) }))
    .sort((left, right) => right.score - left.score);
  const [first, second] = scored;
  if (!first) return undefined;
  // Several forms share fields such as "after"; a tie says nothing.
  return second && second.score === first.score ? undefined : first.option;
}

function describeUnknown(
  key: string,
  entries: Readonly<Record<string, unknown>>,
  pattern: string,
): string {
  if (RESERVED[pattern]?.includes(key)) return "not supported yet";
  const known = Object.keys(entries).filter((name) => !name.startsWith("$"));
  const near = nearestName(key, known);
  return near
    ? `unknown field; did you mean "${near}"?`
    : `unknown field; possible here: ${known.join(", ")}`;
}

function describeIssue(issue: v.BaseIssue<unknown>, value: unknown): string {
  const isWrongType = issue.kind === "schema" && issue.message.startsWith("must be a");
  return isWrongType ? `${issue.message}, not ${nameType(value)}` : `${issue.message}`;
}

function push(problems: ScenarioProblem[], path: Path, message: string): void {
  const last = problems.at(-1); // several checks of one value may say the same
  if (last?.path !== path || last.message !== message) problems.push({ path, message });
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function nameType(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "string") return "a text";
  if (typeof value === "object") return "an object";
  if (typeof value === "undefined") return "nothing";
  return typeof value === "boolean" ? String(value) : `a ${typeof value}`;
}

export function joinPath(path: Path, key: string): Path {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? `${path}.${key}` : `${path}[${JSON.stringify(key)}]`;
}
