/**
 * google.protobuf.Struct from its bytes. Envoy hands a Struct to the guest raw, with nothing that says
 * so; therefore this is exact: what is not a Struct from the first byte to the last is not one at all.
 * Pure.
 *
 *   Struct    { map<string, Value> fields = 1; }      an entry is a message { key = 1; value = 2 }
 *   ListValue { repeated Value values = 1; }
 *   Value     { oneof: null = 1, number = 2, string = 3, bool = 4, struct = 5, list = 6 }
 */
import { Kind, Value } from "./configValue";
import { Slice } from "./proxy-wasm/memory";
import { isUtf8 } from "./utf8";

/** Deeper than any configuration, and little enough for the stack of any host. */
const DEEPEST = 8;

/** The value of a Struct as an object, or null if `bytes` are not a well-formed Struct. */
export function readStruct(bytes: Slice): Value | null {
  return new StructReader(bytes).fields(bytes.length, 0);
}

@final
class StructReader {
  private position: u32 = 0;
  private part: Slice = new Slice();
  /** Set when something was read that no Struct holds. */
  private isMalformed: bool = false;

  constructor(private bytes: Slice) {}

  fields(end: u32, depth: i32): Value | null {
    if (depth > DEEPEST) return null;
    const object = new Value(Kind.Object);
    while (this.position < end) {
      if (this.byte() != 0x0a) return null;
      const member = this.entry(this.length(end), depth);
      if (member === null) return null;
      object.append(member);
    }
    return object;
  }

  private entry(end: u32, depth: i32): Value | null {
    let name: StaticArray<u8> | null = null;
    let member: Value | null = null;
    while (!this.isMalformed && this.position < end) {
      const tag = this.byte();
      const partEnd = this.length(end);
      if (tag == 0x0a) {
        name = this.string(partEnd);
      } else if (tag == 0x12) {
        member = this.value(partEnd, depth + 1);
        if (member === null) return null;
      } else {
        return null;
      }
    }
    if (this.isMalformed) return null;
    // A field that is not written has its default: "" and a value of no kind.
    if (member === null) member = new Value(Kind.Word);
    if (name !== null) member.name = name;
    return member;
  }

  private value(end: u32, depth: i32): Value | null {
    if (depth > DEEPEST) return null;
    let value = new Value(Kind.Word);
    while (!this.isMalformed && this.position < end) {
      let read: Value | null = null;
      switch (this.byte()) {
        case 0x08:
        case 0x20:
          this.varint(end);
          read = new Value(Kind.Word);
          break;
        case 0x11:
          read = this.double(end);
          break;
        case 0x1a:
          read = new Value(Kind.String);
          read.text = this.string(this.length(end));
          break;
        case 0x2a:
          read = this.fields(this.length(end), depth + 1);
          break;
        case 0x32:
          read = this.list(this.length(end), depth + 1);
          break;
      }
      if (read === null) return null;
      value = read;
    }
    return this.isMalformed ? null : value;
  }

  private list(end: u32, depth: i32): Value | null {
    const list = new Value(Kind.List);
    while (!this.isMalformed && this.position < end) {
      if (this.byte() != 0x0a) return null;
      const item = this.value(this.length(end), depth + 1);
      if (item === null) return null;
      list.append(item);
    }
    return this.isMalformed ? null : list;
  }

  private string(end: u32): StaticArray<u8> {
    const text = this.part.viewPart(this.bytes, this.position, end - this.position);
    if (!isUtf8(text)) this.isMalformed = true;
    this.position = end;
    return text.toArray();
  }

  private double(end: u32): Value | null {
    if (end - this.position < 8) return null;
    const value = new Value(Kind.Number);
    const bits = this.part.viewPart(this.bytes, this.position, 8).toU64();
    value.number = reinterpret<f64>(bits);
    this.position += 8;
    return value;
  }

  /** Reads the length of a part that lies before `end`; returns where that part ends. */
  private length(end: u32): u32 {
    const length = this.varint(end);
    if (length > <u64>(end - this.position)) {
      this.isMalformed = true;
      return this.position;
    }
    return this.position + <u32>length;
  }

  private varint(end: u32): u64 {
    let value: u64 = 0;
    for (let shift: u64 = 0; shift < 70; shift += 7) {
      if (this.position >= end) break;
      const byte = this.byte();
      if (shift < 64) value |= (<u64>(byte & 0x7f)) << shift;
      if (byte < 0x80) return value;
    }
    this.isMalformed = true;
    return 0;
  }

  private byte(): u8 {
    return this.bytes.at(this.position++);
  }
}
