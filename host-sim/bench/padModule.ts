/** Makes a module larger: with functions that the engine has to compile, and that nobody calls. */
const TYPE = 1;
const FUNCTION = 3;
const CODE = 10;
const HEADER = 8;

interface Section {
  readonly id: number;
  readonly payload: Uint8Array;
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  for (; value >= 0x80; value >>>= 7) bytes.push((value & 0x7f) | 0x80);
  return [...bytes, value];
}

function readVarint(bytes: Uint8Array, start: number): { value: number; end: number } {
  let value = 0;
  for (let at = start, shift = 0; ; at++, shift += 7) {
    const byte = bytes[at] ?? 0;
    value |= (byte & 0x7f) << shift;
    if (byte < 0x80) return { value, end: at + 1 };
  }
}

function sectionsOf(wasm: Uint8Array): Section[] {
  const sections: Section[] = [];
  for (let at = HEADER; at < wasm.length;) {
    const { value: size, end } = readVarint(wasm, at + 1);
    sections.push({ id: wasm[at] ?? 0, payload: wasm.subarray(end, end + size) });
    at = end + size;
  }
  return sections;
}

/** A vector with more items behind those that it has. */
function append(payload: Uint8Array, count: number, items: Uint8Array): Uint8Array {
  const { value, end } = readVarint(payload, 0);
  return Buffer.concat([Buffer.from(varint(value + count)), payload.subarray(end), items]);
}

/** `(func (local i32) …)`: arithmetic that an optimizing compiler cannot leave out at once. */
function body(seed: number): Uint8Array {
  const code = [1, 1, 0x7f];
  for (let i = 0; i < 24; i++) {
    // local.get 0, i32.const, i32.mul, i32.const, i32.xor, local.set 0
    code.push(0x20, 0, 0x41, (seed + i) & 0x3f, 0x6c, 0x41, i & 0x3f, 0x73, 0x21, 0);
  }
  code.push(0x0b);
  return Uint8Array.from([...varint(code.length), ...code]);
}

/** The module, working as before, with about `size` bytes. */
export function padModule(wasm: Uint8Array, size: number): Uint8Array {
  const count = Math.max(0, Math.ceil((size - wasm.length) / (body(0).length + 2)));
  const bodies = Buffer.concat(Array.from({ length: count }, (_, i) => body(i)));
  const parts: Uint8Array[] = [wasm.subarray(0, HEADER)];
  let type = 0;
  for (const { id, payload } of sectionsOf(wasm)) {
    let padded = payload;
    if (id === TYPE) {
      type = readVarint(payload, 0).value;
      padded = append(payload, 1, Uint8Array.of(0x60, 0, 0));
    } else if (id === FUNCTION) {
      padded = append(payload, count, Buffer.from(Array(count).fill(varint(type)).flat()));
    } else if (id === CODE) padded = append(payload, count, bodies);
    parts.push(Uint8Array.from([id, ...varint(padded.length)]), padded);
  }
  return new Uint8Array(Buffer.concat(parts));
}

/** The module with a number in a custom section, which changes nothing but the bytes. */
export function withCustomSection(wasm: Uint8Array, number: number): Uint8Array {
  const payload = [1, "n".charCodeAt(0), ...varint(number)];
  return new Uint8Array(Buffer.concat([wasm, Uint8Array.of(0, payload.length, ...payload)]));
}
