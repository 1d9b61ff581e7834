/**
 * Writes the trace while the guest runs: integers in one growing column, bytes in one arena, and
 * objects only for what happens once or twice a connection. Nothing is decoded here; decodeTrace.ts
 * reads it back. This keeps a traced run within about twice the time of an untraced one.
 */
import { encoder } from "./bytes.ts";
import { checkTrace } from "./limits.ts";
import type { ByteRange } from "./memory.ts";
import type { Trap, TraceEvent, VmName, FilterStateChange } from "./trace.ts";

/** Each record begins with one of these; the comment gives what follows. */
export const Op = {
  /** seconds, nanoseconds */
  time: 0,
  /** vm, context id, connection index or -1 */
  place: 1,
  /** callback (string), count, args… */
  guestEnter: 2,
  /** flags, returned */
  guestExit: 3,
  /** function, count, words… (an i64 takes two), then for each bytes parameter: arena start, length or -1 */
  hostCall: 4,
  /** flags, returned, count, then for each result: a, b, arena start, length or -1 */
  hostReturn: 5,
  /** callback (string), size */
  allocate: 6,
  /** pointer */
  allocated: 7,
  /** object: an event without seq, at and place */
  event: 8,
  /** object: a Trap; ends the innermost guestEnter or allocate */
  trap: 9,
  /** string */
  note: 10,
  notModelled: 11,
  propertyType: 12,
  propertyAbsent: 13,
  /** object: a FilterStateChange */
  filterState: 14,
  /** the host call threw into the guest instead of returning */
  hostThrow: 15,
  /** level, shown, prefix (string), arena start, length */
  log: 16,
} as const;

export const Flag = { returned: 1, injected: 2 } as const;
export const vmNames: readonly VmName[] = ["base", "canary", "main", "worker"];

/** What one event says besides its place and number. */
export type EventBody<K extends TraceEvent["kind"] = TraceEvent["kind"]> = {
  [Kind in K]: Omit<
    Extract<TraceEvent, { kind: Kind }>,
    "seq" | "at" | "vm" | "contextId" | "connection" | "parent"
  >;
}[K];
export type TrapBody = Pick<Trap, "callback" | "message" | "frames" | "backtrace" | "injected">;

/** Up to here a loop is quicker than a view and `set`. */
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
  bytesLength = 0;
  readonly objects: unknown[] = [];
  readonly strings: string[] = [];
  /** `seq` of the newest event. */
  seq = 0;
  /** Calls under way: guestEnter, hostCall, allocate. */
  depth = 0;
  readonly #stringIds = new Map<string, number>();
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

  guestEnter(callback: string, args: readonly number[]): number {
    this.#write3(Op.guestEnter, this.#stringId(callback), args.length);
    for (const arg of args) this.#push(arg);
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

  hostCall(functionIndex: number, words: Int32Array, count: number): number {
    this.#callAt = this.intsLength;
    this.#write3(Op.hostCall, functionIndex, count);
    this.#room(count);
    for (let i = 0; i < count; i++) this.ints[this.intsLength++] = words[i] ?? 0;
    this.depth++;
    return ++this.seq;
  }

  /** The bytes of one bytes parameter or result, as a range of `from`. */
  data(from: Uint8Array, start: number, length: number): void {
    const to = this.#arena(length);
    const { bytes } = this;
    if (length > FEW_BYTES) bytes.set(from.subarray(start, start + length), to);
    else for (let i = 0; i < length; i++) bytes[to + i] = from[start + i] ?? 0;
  }

  /** As `data`, for text that is `length` bytes long in UTF-8. */
  text(text: string, length: number): void {
    const to = this.#arena(length);
    const { bytes } = this;
    if (length !== text.length) bytes.set(encoder.encode(text), to);
    else for (let i = 0; i < length; i++) bytes[to + i] = text.charCodeAt(i);
  }

  /** Makes room in the arena and writes down where; answers it. */
  #arena(length: number): number {
    const start = this.bytesLength;
    this.#room(2);
    this.ints[this.intsLength++] = start;
    this.ints[this.intsLength++] = length;
    this.bytesLength = start + length;
    if (this.bytesLength > this.bytes.length) {
      if (this.bytesLength > this.#maxBytes) this.#refuse();
      const grown = new Uint8Array(Math.max(this.bytes.length * 2, this.bytesLength));
      grown.set(this.bytes.subarray(0, start));
      this.bytes = grown;
    }
    return start;
  }

  /** Too much data in one host call: the call is left out, for a record must be whole. */
  #refuse(): void {
    this.intsLength = this.#callAt;
    checkTrace(this.bytesLength, this.#maxBytes);
  }

  /** A bytes parameter that is outside of the memory, or a result that is no bytes. */
  noData(): void {
    this.#room(2);
    this.ints[this.intsLength++] = 0;
    this.ints[this.intsLength++] = -1;
  }

  /** Begins the return record; `count` results follow by `result`, then `hostReturned`. */
  hostReturn(returned: number | undefined, injected: boolean, count: number): void {
    const flags = (returned === undefined ? 0 : Flag.returned) | (injected ? Flag.injected : 0);
    this.#write4(Op.hostReturn, flags, returned ?? 0, count);
  }

  /** Its bytes follow, with `data` or `noData`. */
  result(a: number, b: number): void {
    this.#room(2);
    this.ints[this.intsLength++] = a;
    this.ints[this.intsLength++] = b;
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

  allocate(callback: string, size: number): void {
    this.#write3(Op.allocate, this.#stringId(callback), size);
    this.depth++;
    this.seq++;
  }

  allocated(pointer: number): void {
    this.#push(Op.allocated);
    this.#push(pointer);
    this.depth--;
  }

  event(body: EventBody): number {
    this.#push(Op.event);
    this.#push(this.objects.push(body) - 1);
    return ++this.seq;
  }

  /** A log message of the guest. */
  log(level: number, shown: boolean, prefix: string, message: ByteRange): void {
    this.#write4(Op.log, level, shown ? 1 : 0, this.#stringId(prefix));
    this.data(message.bytes, message.pointer, message.length);
    this.seq++;
  }

  trap(body: TrapBody): void {
    this.#push(Op.trap);
    this.#push(this.objects.push(body) - 1);
    this.depth--;
    this.seq++;
  }

  /** Something to say about the host call under way. */
  remark(op: number, text: string): void {
    this.#push(op);
    this.#push(this.#stringId(text));
  }

  filterState(change: FilterStateChange): void {
    this.#push(Op.filterState);
    this.#push(this.objects.push(change) - 1);
  }

  /** Forgets what was read; keeps the names. */
  clear(): void {
    this.intsLength = 0;
    this.bytesLength = 0;
    this.#callAt = 0;
    this.objects.length = 0;
  }

  #stringId(text: string): number {
    let id = this.#stringIds.get(text);
    if (id === undefined) {
      id = this.strings.push(text) - 1;
      this.#stringIds.set(text, id);
    }
    return id;
  }

  #room(count: number): void {
    if (this.intsLength + count <= this.ints.length) return;
    const grown = new Int32Array(Math.max(this.ints.length * 2, this.intsLength + count));
    grown.set(this.ints.subarray(0, this.intsLength));
    this.ints = grown;
  }

  #push(a: number): void {
    this.#room(1);
    this.ints[this.intsLength++] = a;
  }

  #write3(a: number, b: number, c: number): void {
    this.#room(3);
    this.ints[this.intsLength++] = a;
    this.ints[this.intsLength++] = b;
    this.ints[this.intsLength++] = c;
  }

  #write4(a: number, b: number, c: number, d: number): void {
    this.#room(4);
    this.ints[this.intsLength++] = a;
    this.ints[this.intsLength++] = b;
    this.ints[this.intsLength++] = c;
    this.ints[this.intsLength++] = d;
  }
}
