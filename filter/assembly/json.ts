/** A strict JSON reader (RFC 8259) over bytes. Pure. */
import { Kind, Value } from "./configValue";
import { hexDigit, isDigit } from "./digits";
import { ByteWriter, Slice } from "./proxy-wasm/memory";
import { characterLength, writeCharacter } from "./utf8";

/** Deeper than any configuration, and little enough for the stack of any host. */
const DEEPEST = 8;

const BACKSLASH: u8 = 0x5c;
const COLON: u8 = 0x3a;
const COMMA: u8 = 0x2c;
const DOT: u8 = 0x2e;
const MINUS: u8 = 0x2d;
const QUOTE: u8 = 0x22;
const ZERO: u8 = 0x30;
/** What may follow a backslash, `u` aside, and what it stands for. */
const ESCAPES = '"\\/bfnrt';
const ESCAPED = '"\\/\b\f\n\r\t';

/** Reads one JSON value that takes up all of `text`. On null, `error` says what is wrong where. */
export function readJson(text: Slice, error: ByteWriter): Value | null {
  const reader = new JsonReader(text, error);
  const value = reader.value(0);
  if (value === null) return null;
  reader.skipSpace();
  return reader.atEnd ? value : reader.fail("the end");
}

/** White space of JSON: space, tab, line feed, carriage return. */
export function isSpace(byte: u8): bool {
  return byte == 0x20 || byte == 0x09 || byte == 0x0a || byte == 0x0d;
}

/** The string that is being read. */
const characters = new ByteWriter();

@final
class JsonReader {
  private position: u32 = 0;

  constructor(
    private text: Slice,
    private error: ByteWriter,
  ) {}

  get atEnd(): bool {
    return this.position >= this.text.length;
  }

  /** Notes the error at the present position and answers null. */
  fail(expected: string): Value | null {
    const error = this.error.ascii("byte ").decimal(this.position);
    if (this.atEnd) error.ascii(": the text ends here");
    error.ascii(": expected ").ascii(expected);
    return null;
  }

  skipSpace(): void {
    while (isSpace(this.peek())) this.position++;
  }

  value(depth: i32): Value | null {
    if (depth > DEEPEST) return this.fail("less nesting");
    this.skipSpace();
    const byte = this.peek();
    if (byte == 0x7b) return this.object(depth);
    if (byte == 0x5b) return this.list(depth);
    if (byte == QUOTE) return this.string();
    if (byte == MINUS || isDigit(byte)) return this.number();
    if (this.word("null") || this.word("true") || this.word("false")) return new Value(Kind.Word);
    return this.fail("a value");
  }

  private object(depth: i32): Value | null {
    const object = new Value(Kind.Object);
    this.position++;
    this.skipSpace();
    if (this.skip(0x7d)) return object;
    while (true) {
      this.skipSpace();
      if (this.peek() != QUOTE) return this.fail("a field name in quotes");
      const name = this.string();
      if (name === null) return null;
      this.skipSpace();
      if (!this.skip(COLON)) return this.fail('":"');
      const member = this.value(depth + 1);
      if (member === null) return null;
      member.name = name.text;
      object.append(member);
      this.skipSpace();
      if (this.skip(0x7d)) return object;
      if (!this.skip(COMMA)) return this.fail('"," or "}"');
    }
  }

  private list(depth: i32): Value | null {
    const list = new Value(Kind.List);
    this.position++;
    this.skipSpace();
    if (this.skip(0x5d)) return list;
    while (true) {
      const item = this.value(depth + 1);
      if (item === null) return null;
      list.append(item);
      this.skipSpace();
      if (this.skip(0x5d)) return list;
      if (!this.skip(COMMA)) return this.fail('"," or "]"');
    }
  }

  private string(): Value | null {
    characters.clear();
    this.position++;
    while (true) {
      const byte = this.peek();
      if (byte < 0x20) {
        return this.fail(this.atEnd ? "a closing quote" : "an escape for a control character");
      }
      if (byte == QUOTE) {
        this.position++;
        const value = new Value(Kind.String);
        value.text = characters.toArray();
        return value;
      }
      if (byte == BACKSLASH) {
        if (!this.escape()) return null;
        continue;
      }
      const length = characterLength(this.text, this.position);
      if (length == 0) return this.fail("UTF-8");
      for (let i: u32 = 0; i < length; i++) characters.byte(this.text.at(this.position++));
    }
  }

  /** Reads one escape into `characters`; false after an error. */
  private escape(): bool {
    const start = this.position++;
    const letter = this.peek();
    this.position++;
    let codePoint = -1;
    if (letter == 0x75) {
      codePoint = this.codePoint();
    } else {
      for (let i = 0; i < ESCAPES.length; i++) {
        if (ESCAPES.charCodeAt(i) == letter) codePoint = ESCAPED.charCodeAt(i);
      }
    }
    if (codePoint < 0) {
      this.position = start;
      this.fail("an escape that JSON knows");
      return false;
    }
    writeCharacter(characters, codePoint);
    return true;
  }

  /** Reads what follows `\u`, both halves of a pair; -1 if that is no character. */
  private codePoint(): i32 {
    const unit = this.hexUnit();
    if (unit < 0xd800 || unit > 0xdfff) return unit;
    if (unit > 0xdbff || !this.skip(BACKSLASH) || !this.skip(0x75)) return -1;
    const second = this.hexUnit();
    if (second < 0xdc00 || second > 0xdfff) return -1;
    return 0x10000 + ((unit - 0xd800) << 10) + (second - 0xdc00);
  }

  private hexUnit(): i32 {
    let unit = 0;
    for (let i = 0; i < 4; i++) {
      const digit = hexDigit(this.peek());
      if (digit < 0) return -1;
      unit = (unit << 4) | digit;
      this.position++;
    }
    return unit;
  }

  /** Only whole numbers: a configuration has no use for others. */
  private number(): Value | null {
    const isNegative = this.skip(MINUS);
    let number: f64 = 0;
    if (!this.skip(ZERO)) {
      if (!isDigit(this.peek())) return this.fail("a digit");
      while (isDigit(this.peek())) number = number * 10 + (this.text.at(this.position++) - ZERO);
    }
    if (this.peek() == DOT || (this.peek() | 0x20) == 0x65) {
      return this.fail("a whole number");
    }
    const value = new Value(Kind.Number);
    value.number = isNegative ? -number : number;
    return value;
  }

  private word(word: string): bool {
    for (let i = 0; i < word.length; i++) {
      if (<i32>this.text.at(this.position + i) != word.charCodeAt(i)) return false;
    }
    this.position += word.length;
    return true;
  }

  private skip(byte: u8): bool {
    if (this.peek() != byte) return false;
    this.position++;
    return true;
  }

  private peek(): u8 {
    return this.text.at(this.position);
  }
}
