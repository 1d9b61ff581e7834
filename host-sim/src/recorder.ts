/**
 * Writes the trace while the guest runs: integers in one growing column, bytes in one arena, and
 * objects only for what happens once or twice a connection. Nothing is decoded here; decodeTrace.ts
 * reads it back. This keeps a traced run within about twice the time of an untraced one.
 */
import { copyFew } from "./bytes.ts";
import { checkTrace } from "./limits.ts";
import type { ByteRange } from "./memory.ts";
import { Flag, Op, type EventBody, type TrapBody } from "./records.ts";
import type { FilterStateChange } from "./trace.ts";

/** Up to here a loop is quicker than an array and `set`. */
const FEW_BYTES = 64;
const FIRST_INTS = 1 << 12;
const FIRST_BYTES = 1 << 14;

/** So much is handed on at once, also in the middle of a callback. */
const HANDED_ON_INTS = 1 << 18;
const HANDED_ON_BYTES = 1 << 22;

export class Recorder {
  ints = new Int32Array(FIRST_INTS);
  intsLength = 0;
  bytes = new Uint8Array(FIRST_BYTES);
  #view = new DataView(this.bytes.buffer);
  bytesLength = 0;
  readonly objects: unknown[] = [];
  readonly strings: string[] = [];
  /** `seq` of the newest event. */
  seq = 0;
  /** Calls under way: guestEnter, hostCall, allocate. */
  depth = 0;
  readonly #stringIds = new Map<string, number>();
  /** By op. */
  readonly #lastTexts: string[] = Object.keys(Op).map(() => "");
  readonly #lastIds: number[] = Object.keys(Op).map(() => 0);
  #at = -1;
  #vm = -1;
  #contextId = -1;
  #connection = -2;
  readonly #onRead: (() => void) | undefined;
  readonly #isEvery: boolean;
  readonly #maxBytes: number;
  /** Where the records of the host call under way begin. */
  #callAt = 0;

  /**
   * `onRead` is called when the host is about to run a callback of the guest, with that
   * guestEnter recorded, and when a host call has returned and much is waiting, or `isEvery`.
   * `maxBytes`: data of more than that is not taken, see checkTrace.
   */
  constructor(onRead?: () => void, isEvery = false, maxBytes = Infinity) {
    this.#onRead = onRead;
    this.#isEvery = isEvery;
    this.#maxBytes = maxBytes;
  }

  /** Sets virtual time, in nanoseconds, for what follows. */
  time(at: number): void {
    if (at === this.#at) return;
    this.#at = at;
    this.#write3(Op.time, Math.floor(at / 1e9), at % 1e9);
  }

  /** Sets VM (index in vmNames), context id and connection (index, or -1) for what follows. */
  place(vm: number, contextId: number, connection: number): void {
    if (vm === this.#vm && contextId === this.#contextId && connection === this.#connection) return;
    this.#vm = vm;
    this.#contextId = contextId;
    this.#connection = connection;
    this.#write4(Op.place, vm, contextId, connection);
  }

  /** `callback` is its `stringId`. */
  guestEnter(callback: number, args: readonly number[]): number {
    this.#write3(Op.guestEnter, callback, args.length);
    for (let i = 0; i < args.length; i++) this.#push(args[i] ?? 0);
    this.depth++;
    const seq = ++this.seq;
    if (this.depth === 1) this.#onRead?.();
    return seq;
  }

  guestExit(returned: number | undefined, injected: boolean): void {
    const flags = (returned === undefined ? 0 : Flag.returned) | (injected ? Flag.injected : 0);
    this.#write3(Op.guestExit, flags, returned ?? 0);
    this.depth--;
    this.seq++;
  }

  /** Its bytes parameters follow, with `data` or `noData`. */
  hostCall(functionIndex: number, words: Int32Array, count: number): number {
    const ints = this.#room(count + 2);
    const at = this.intsLength;
    this.#callAt = at;
    ints[at] = Op.hostCall;
    ints[at + 1] = functionIndex;
    for (let i = 0; i < count; i++) ints[at + 2 + i] = words[i] ?? 0;
    this.intsLength = at + 2 + count;
    this.depth++;
    return ++this.seq;
  }

  /** The bytes of one bytes parameter or result, as a range of `from`. */
  data(from: DataView, start: number, length: number): void {
    const to = this.#arena(length);
    if (length <= FEW_BYTES) copyFew(from, start, this.#view, to, length);
    else this.bytes.set(new Uint8Array(from.buffer, from.byteOffset + start, length), to);
  }

  /** As `data`, all of an array. */
  array(bytes: Uint8Array): void {
    const to = this.#arena(bytes.length);
    this.bytes.set(bytes, to);
  }

  /** Makes room in the arena and writes down where; answers it. */
  #arena(length: number): number {
    const start = this.bytesLength;
    this.#write2(start, length);
    this.bytesLength = start + length;
    if (this.bytesLength > this.bytes.length) this.#growArena(start);
    return start;
  }

  #growArena(used: number): void {
    if (this.bytesLength > this.#maxBytes) this.#refuse();
    const grown = new Uint8Array(Math.max(this.bytes.length * 2, this.bytesLength));
    grown.set(this.bytes.subarray(0, used));
    this.bytes = grown;
    this.#view = new DataView(grown.buffer);
  }

  /** Too much data in one host call: the call is left out, for a record must be whole. */
  #refuse(): void {
    this.intsLength = this.#callAt;
    checkTrace(this.bytesLength, this.#maxBytes);
  }

  /** A bytes parameter that is outside of the memory, or a result that is no bytes. */
  noData(): void {
    this.#write2(0, -1);
  }

  /** Begins the return record; `count` results follow by `result`, then `hostReturned`. */
  hostReturn(returned: number | undefined, injected: boolean, count: number): void {
    const flags = (returned === undefined ? 0 : Flag.returned) | (injected ? Flag.injected : 0);
    this.#write4(Op.hostReturn, flags, returned ?? 0, count);
  }

  /** Its bytes follow, with `data` or `noData`. */
  result(a: number, b: number): void {
    this.#write2(a, b);
  }

  hostReturned(): void {
    this.depth--;
    const isMuch = this.intsLength > HANDED_ON_INTS || this.bytesLength > HANDED_ON_BYTES;
    if (isMuch || this.#isEvery) this.#onRead?.();
  }

  hostThrow(): void {
    this.#push(Op.hostThrow);
    this.depth--;
  }

  /** `callback` is its `stringId`. */
  allocate(callback: number, size: number): void {
    this.#write3(Op.allocate, callback, size);
    this.depth++;
    this.seq++;
  }

  allocated(pointer: number): void {
    this.#write2(Op.allocated, pointer);
    this.depth--;
  }

  event(body: EventBody): number {
    this.#write2(Op.event, this.objects.push(body) - 1);
    return ++this.seq;
  }

  /** A log message of the guest. */
  log(level: number, shown: boolean, prefix: string, message: ByteRange): void {
    this.#write4(Op.log, level, shown ? 1 : 0, this.#repeatedId(Op.log, prefix));
    this.data(message.data, message.pointer, message.length);
    this.seq++;
  }

  trap(body: TrapBody): void {
    this.#write2(Op.trap, this.objects.push(body) - 1);
    this.depth--;
    this.seq++;
  }

  /** Something to say about the host call under way. */
  remark(op: number, text: string): void {
    this.#write2(op, this.#repeatedId(op, text));
  }

  filterState(change: FilterStateChange): void {
    this.#write2(Op.filterState, this.objects.push(change) - 1);
  }

  /** Forgets what was read; keeps the names. */
  clear(): void {
    this.intsLength = 0;
    this.bytesLength = 0;
    this.#callAt = 0;
    this.objects.length = 0;
  }

  /** Number of a text that may come again, such as a callback's name. */
  stringId(text: string): number {
    let id = this.#stringIds.get(text);
    if (id === undefined) {
      id = this.strings.push(text) - 1;
      this.#stringIds.set(text, id);
    }
    return id;
  }

  /** The same; most often the text is the last one of that record. */
  #repeatedId(op: number, text: string): number {
    if (this.#lastTexts[op] === text) return this.#lastIds[op] ?? 0;
    this.#lastTexts[op] = text;
    return (this.#lastIds[op] = this.stringId(text));
  }

  /** The integers, with room for `count` more. */
  #room(count: number): Int32Array {
    if (this.intsLength + count > this.ints.length) this.#grow(count);
    return this.ints;
  }

  #grow(count: number): void {
    const grown = new Int32Array(Math.max(this.ints.length * 2, this.intsLength + count));
    grown.set(this.ints.subarray(0, this.intsLength));
    this.ints = grown;
  }

  #push(a: number): void {
    const ints = this.#room(1);
    ints[this.intsLength++] = a;
  }

  #write2(a: number, b: number): void {
    const ints = this.#room(2);
    const at = this.intsLength;
    ints[at] = a;
    ints[at + 1] = b;
    this.intsLength = at + 2;
  }

  #write3(a: number, b: number, c: number): void {
    const ints = this.#room(3);
    const at = this.intsLength;
    ints[at] = a;
    ints[at + 1] = b;
    ints[at + 2] = c;
    this.intsLength = at + 3;
  }

  #write4(a: number, b: number, c: number, d: number): void {
    const ints = this.#room(4);
    const at = this.intsLength;
    ints[at] = a;
    ints[at + 1] = b;
    ints[at + 2] = c;
    ints[at + 3] = d;
    this.intsLength = at + 4;
  }
}
