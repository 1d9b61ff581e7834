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
 */

/** What can be filled in; undefined leaves what the template holds. */
export interface Values {
  readonly configuration: Readonly<Record<string, unknown>> | undefined;
  readonly sha256: string;
  readonly wasm: string;
}

/** A range of a text that was filled in, in UTF-16 units. */
export interface Mark {
  readonly start: number;
  readonly end: number;
  readonly what: keyof Values;
}

const COMMENT = /^ *# bundle: (configuration|sha256|wasm)$/;
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
    const what = COMMENT.exec(lines[at] ?? "")?.[1] as keyof Values | undefined;
    if (what === undefined) {
      text += at === lines.length - 1 ? lines[at] : `${lines[at]}\n`;
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
