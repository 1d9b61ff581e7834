/**
 * Filling values into YAML without a YAML library, so that comments and layout stay. A template is a
 * plain file that works as it is; a comment on a line of its own says what may be filled in below it:
 *
 *     # bundle: configuration
 *     configuration:
 *       "@type": type.googleapis.com/google.protobuf.StringValue
 *       value: standalone
 *
 * The value of that key, on its line and on all deeper lines below, is replaced; the comment goes.
 * What a file says about failure policy and log level is known by its name, in commands too.
 */
import type { FailurePolicy } from "../scenario.ts";

/** What can be filled in; undefined leaves what the template holds. */
export interface Values {
  readonly configuration: Readonly<Record<string, unknown>> | undefined;
  readonly sha256: string;
  readonly wasm: string;
  readonly failurePolicy?: FailurePolicy | undefined;
  /** Under FAIL_RELOAD: `reload_config.backoff.base_interval`, such as `1.5s`. */
  readonly reloadInterval?: string | undefined;
  readonly logLevel?: string | undefined;
}

/** A range of a text that was filled in, in UTF-16 units. */
export interface Mark {
  readonly start: number;
  readonly end: number;
  readonly what: Exclude<keyof Values, "reloadInterval">;
}

const COMMENT = /^ *# bundle: (configuration|sha256|wasm)$/;
/** Of Envoy's PluginConfig, of Istio's WasmPlugin and TrafficExtension, and of Envoy's command line. */
const NAMED =
  /^(?<indent> *)failure_policy: (?<policy>\w+)$|^ *failStrategy: (?<strategy>\w+)$|--component-log-level wasm:(?<level>\w+)/d;
const KEY = /^( *)((?:- )*)([\w@./-]+):/;

/**
 * Fills the values in.
 *
 * @param name of the template, for the error
 * @throws Error if no key follows a comment
 */
export function fillIn(
  template: string,
  values: Values,
  name: string,
): { readonly text: string; readonly marks: readonly Mark[] } {
  const lines = template.split("\n");
  const marks: Mark[] = [];
  let text = "";
  for (let at = 0; at < lines.length; at++) {
    const what = COMMENT.exec(lines[at] ?? "")?.[1] as "configuration" | "sha256" | undefined;
    if (what === undefined) {
      const line = lines[at] ?? "";
      const named = namedValue(line, values);
      if (named)
        marks.push({
          start: text.length + named.start,
          end: text.length + named.start + named.value.length,
          what: named.what,
        });
      text += named ? line.slice(0, named.start) + named.value + line.slice(named.end) : line;
      if (at < lines.length - 1) text += "\n";
      continue;
    }
    const key = KEY.exec(lines[at + 1] ?? "");
    if (!key) throw new Error(`${name}:${at + 2}: a key should follow "# bundle: ${what}"`);
    const value = values[what];
    if (value === undefined) continue;
    const [head, spaces = "", dashes = ""] = key;
    const indent = spaces.length + dashes.length;
    at++;
    while (indentOf(lines[at + 1] ?? "") > indent) at++;
    text += head;
    const start = text.length + 1;
    text += typeof value === "string" ? ` ${scalar(value)}` : mapping(value, indent + 2);
    marks.push({ start, end: text.length, what });
    text += "\n";
  }
  return { text, marks };
}

/** What a line says about the failure policy or the log level, and what it is to say. */
function namedValue(line: string, { failurePolicy, reloadInterval, logLevel }: Values) {
  const found = NAMED.exec(line);
  const groups = found?.indices?.groups ?? {};
  const { policy, strategy, level } = groups;
  // What the file says already is not filled in.
  const at = ([start, end]: [number, number], value: string | undefined, what: Mark["what"]) =>
    value === undefined || value === line.slice(start, end)
      ? undefined
      : { start, end, value, what };
  if (level) return at(level, logLevel, "logLevel");
  // Istio leaves out the last letter: FAIL_CLOSE.
  if (strategy) return at(strategy, failurePolicy?.replace("CLOSED", "CLOSE"), "failurePolicy");
  if (!policy) return undefined;
  const isReload = failurePolicy === "FAIL_RELOAD" && reloadInterval !== undefined;
  const reload = `\n${found?.groups?.["indent"]}reload_config: { backoff: { base_interval: ${reloadInterval} } }`;
  return at(policy, isReload ? failurePolicy + reload : failurePolicy, "failurePolicy");
}

/** An empty line belongs to no value. */
const indentOf = (line: string): number => /^ *(?=\S)/.exec(line)?.[0].length ?? -1;

function mapping(values: Readonly<Record<string, unknown>>, indent: number): string {
  return Object.entries(values)
    .map(([key, value]) => {
      const name = /^[\w-]+$/.test(key) ? key : JSON.stringify(key);
      return `\n${" ".repeat(indent)}${name}: ${scalar(value)}`;
    })
    .join("");
}

/** As people write it where YAML cannot take it for anything else; JSON otherwise, which is YAML too. */
function scalar(value: unknown): string {
  if (typeof value === "string") {
    if (/^(?!(?:true|false|null|yes|no|on|off|y|n)$)[a-z][\w./-]*$/i.test(value)) return value;
    if (/^[ -~]*"[ -~]*$/.test(value)) return `'${value.replaceAll("'", "''")}'`;
  }
  // JSON leaves these as they are, YAML does not allow them or takes them for line breaks.
  return JSON.stringify(value).replace(
    /[\u007f-\u009f\u2028\u2029\ufeff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
