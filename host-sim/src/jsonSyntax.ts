/**
 * Where and why a text is no JSON. Engines word and place such errors each in their own way, and
 * none of them minds a key that occurs twice in one object.
 */
export interface JsonError {
  readonly message: string;
  /** Both from 1; columns count UTF-16 units. */
  readonly line: number;
  readonly column: number;
}

const MAX_DEPTH = 500;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const SPACE = /[ \t\n\r]*/y;

class Failure extends Error {
  readonly at: number;
  constructor(message: string, at: number) {
    super(message);
    this.at = at;
  }
}

/** Answers undefined for valid JSON without duplicate keys. */
export function findJsonError(text: string): JsonError | undefined {
  try {
    const scanner = new Scanner(text);
    scanner.value(0);
    if (scanner.skipSpace() < text.length) scanner.fail("nothing may follow the document");
    return undefined;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const before = text.slice(0, error.at).split("\n");
    const column = (before.at(-1) ?? "").length + 1;
    return { message: error.message, line: before.length, column };
  }
}

class Scanner {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  fail(message: string, at = this.#at): never {
    throw new Failure(at >= this.#text.length ? `${message}, but the text ends` : message, at);
  }

  skipSpace(): number {
    this.#match(SPACE);
    return this.#at;
  }

  value(depth: number): void {
    if (depth > MAX_DEPTH) this.fail(`nested deeper than ${MAX_DEPTH} levels`);
    this.skipSpace();
    const letter = this.#text[this.#at];
    if (letter === "{") return this.#object(depth);
    if (letter === "[") return this.#list(depth);
    if (letter === '"') return void this.#string();
    if (this.#match(NUMBER)) return;
    for (const word of ["true", "false", "null"]) {
      if (this.#text.startsWith(word, this.#at)) {
        this.#at += word.length;
        return;
      }
    }
    if (letter === "/") this.fail("JSON has no comments");
    if (letter === "'") this.fail('texts are written in double quotes (")');
    this.fail("a value is expected here");
  }

  #object(depth: number): void {
    const keys = new Set<string>();
    this.#sequence("}", () => {
      const start = this.#at;
      if (this.#text[start] !== '"')
        this.fail('a field name in double quotes (") is expected here');
      const key = this.#string();
      if (keys.has(key)) this.fail(`the field ${JSON.stringify(key)} occurs twice`, start);
      keys.add(key);
      this.skipSpace();
      if (this.#text[this.#at] !== ":") this.fail('":" is expected after a field name');
      this.#at += 1;
      this.value(depth + 1);
    });
  }

  #list(depth: number): void {
    this.#sequence("]", () => this.value(depth + 1));
  }

  #sequence(end: string, readOne: () => void): void {
    this.#at += 1;
    this.skipSpace();
    if (this.#text[this.#at] === end) {
      this.#at += 1;
      return;
    }
    for (;;) {
      this.skipSpace();
      readOne();
      this.skipSpace();
      const letter = this.#text[this.#at];
      if (letter !== "," && letter !== end) this.fail(`"," or "${end}" is expected here`);
      const comma = this.#at;
      this.#at += 1;
      if (letter === end) return;
      this.skipSpace();
      if (this.#text[this.#at] === end) this.fail(`no "," may stand before "${end}"`, comma);
    }
  }

  #string(): string {
    const start = this.#at;
    for (let at = start + 1; at < this.#text.length; at += 1) {
      const letter = this.#text[at] ?? "";
      if (letter === '"') {
        this.#at = at + 1;
        return JSON.parse(this.#text.slice(start, this.#at)) as string;
      }
      if (letter < " ") this.fail('a text must end with " on its line', at);
      if (letter === "\\") {
        ESCAPE.lastIndex = at;
        if (!ESCAPE.test(this.#text)) this.fail("unknown escape in a text", at);
        at = ESCAPE.lastIndex - 1;
      }
    }
    this.fail('a text must end with "', this.#text.length);
  }

  #match(pattern: RegExp): boolean {
    pattern.lastIndex = this.#at;
    if (!pattern.test(this.#text)) return false;
    this.#at = pattern.lastIndex;
    return true;
  }
}
