/** Reads what recorder.ts wrote and makes the events of trace.ts from it. */
import { LogLevel, Status, nameOf, type LogLevelName, type StatusName } from "./abi.ts";
import { hostcalls, wasiModules } from "./hostcalls/index.ts";
import { decodeParam, decodeResult, joinWords, splitPath } from "./decodeHostCall.ts";
import type { Hostcall } from "./hostcalls/define.ts";
import type { Recorder } from "./recorder.ts";
import { Flag, Op, vmNames, type EventBody, type TrapBody } from "./records.ts";
import type {
  Allocation,
  FilterStateChange,
  GuestEnter,
  HostCall,
  NamedValue,
  PropertyRead,
  TraceEvent,
} from "./trace.ts";

const utf8 = new TextDecoder();
const modules = ["env", ...wasiModules];

/** Number of a host function in the trace: the declaration and the module it was imported from. */
export function functionIndex(hostcall: Hostcall, module: string): number {
  return hostcalls.indexOf(hostcall) * modules.length + modules.indexOf(module);
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
interface OpenHostCall {
  readonly event: Mutable<HostCall>;
  readonly hostcall: Hostcall;
  propertyType?: string;
  absent?: string;
}
type Open = { readonly seq: number } & (
  | { readonly kind: "guestEnter"; readonly event: GuestEnter }
  | { readonly kind: "hostCall"; readonly call: OpenHostCall }
  | { readonly kind: "allocation"; readonly event: Mutable<Allocation> }
);

/** Where and when an event happened. */
type Place = Pick<TraceEvent, "seq" | "at" | "vm" | "contextId" | "connection" | "parent">;

/**
 * Turns records into events, piece by piece. An event is handed on once it is complete: a host call
 * when it has returned, with what happened during it after it, in order of `seq`.
 */
export class TraceDecoder {
  readonly #connections: readonly string[];
  readonly #onEvent: (event: TraceEvent) => void;
  readonly #open: Open[] = [];
  /** Events that wait for a host call or allocation that began before them. */
  readonly #waiting: TraceEvent[] = [];
  #seq = 0;
  #at = 0;
  #vm = 0;
  #contextId = 0;
  #connection = -1;

  /** `connections`: the ids of the scenario's connections, in order. */
  constructor(connections: readonly string[], onEvent: (event: TraceEvent) => void) {
    this.#connections = connections;
    this.#onEvent = onEvent;
  }

  /** Reads all that the recorder holds and empties it. */
  read(recorder: Recorder): void {
    const { ints, intsLength, bytes, objects, strings } = recorder;
    let at = 0;
    const next = () => ints[at++] ?? 0;
    const text = () => strings[next()] ?? "";
    const data = () => {
      const start = next();
      const length = next();
      return length < 0 ? undefined : bytes.slice(start, start + length);
    };
    while (at < intsLength) {
      const op = next();
      switch (op) {
        case Op.time:
          this.#at = next() * 1e9;
          this.#at += next();
          break;
        case Op.place:
          this.#vm = next();
          this.#contextId = next();
          this.#connection = next();
          break;
        case Op.guestEnter: {
          const callback = text();
          const args = Array.from({ length: next() }, () => next() >>> 0);
          const event: GuestEnter = { ...this.#place(), kind: "guestEnter", callback, args };
          this.#emit(event);
          this.#open.push({ kind: "guestEnter", seq: event.seq, event });
          break;
        }
        case Op.guestExit:
          this.#guestExit(next(), next());
          break;
        case Op.hostCall: {
          this.#hostCall(next(), next, data);
          break;
        }
        case Op.hostReturn: {
          const flags = next();
          const returned = next();
          const results = Array.from({ length: next() }, () => ({
            a: next(),
            b: next(),
            data: data(),
          }));
          this.#hostReturn(flags, returned, results);
          break;
        }
        case Op.hostThrow: {
          const top = this.#open.pop();
          if (top?.kind === "hostCall") top.call.event.ended = "trapped";
          this.#release();
          break;
        }
        case Op.allocate: {
          const event: Mutable<Allocation> = {
            ...this.#place(),
            kind: "allocation",
            callback: text(),
            size: next() >>> 0,
          };
          this.#emit(event);
          this.#open.push({ kind: "allocation", seq: event.seq, event });
          break;
        }
        case Op.allocated: {
          const top = this.#open.pop();
          const pointer = next() >>> 0;
          if (top?.kind === "allocation") top.event.pointer = pointer;
          break;
        }
        case Op.event:
          this.#emit({ ...this.#place(), ...(objects[next()] as EventBody) } as TraceEvent);
          break;
        case Op.trap: {
          const top = this.#open.pop();
          const place = this.#place();
          const body = objects[next()] as TrapBody;
          this.#emit({ ...place, kind: "trap", enter: top?.seq ?? 0, ...body });
          break;
        }
        case Op.log: {
          const place = this.#place();
          const level = nameOf(LogLevel, next()) as LogLevelName;
          const shown = next() === 1;
          const prefix = text();
          const message = utf8.decode(data());
          this.#emit({ ...place, kind: "log", level, line: prefix + message, message, shown });
          break;
        }
        case Op.filterState:
          this.#effect(objects[next()] as FilterStateChange);
          break;
        case Op.note:
          this.#remark((call) => (call.event.note = text()));
          break;
        case Op.notModelled:
          this.#remark((call) => {
            call.event.note = text();
            call.event.notModelled = true;
          });
          break;
        case Op.propertyType:
          this.#remark((call) => (call.propertyType = text()));
          break;
        case Op.propertyAbsent:
          this.#remark((call) => (call.absent = text()));
          break;
        default:
          throw new Error(`trace: unknown record ${op}`);
      }
    }
    recorder.clear();
    this.#release();
  }

  /** Name of the callback under way. */
  get callback(): string | undefined {
    const open = this.#open.findLast(({ kind }) => kind === "guestEnter");
    return open?.kind === "guestEnter" ? open.event.callback : undefined;
  }

  /** Hands on what never ended. */
  end(): void {
    this.#open.length = 0;
    this.#release();
  }

  #place(): Place {
    const parent = this.#open.at(-1)?.seq;
    const connection = this.#connections[this.#connection];
    return {
      seq: ++this.#seq,
      at: this.#at,
      vm: vmNames[this.#vm] ?? "worker",
      contextId: this.#contextId,
      ...(connection === undefined ? {} : { connection }),
      ...(parent === undefined ? {} : { parent }),
    };
  }

  #emit(event: TraceEvent): void {
    this.#waiting.push(event);
  }

  #release(): void {
    if (this.#open.some(({ kind }) => kind !== "guestEnter")) return;
    for (const event of this.#waiting) this.#onEvent(event);
    this.#waiting.length = 0;
  }

  #openCall(): OpenHostCall | undefined {
    const top = this.#open.at(-1);
    return top?.kind === "hostCall" ? top.call : undefined;
  }

  #remark(write: (call: OpenHostCall) => void): void {
    const call = this.#openCall();
    if (!call) throw new Error("trace: a remark outside of a host call");
    write(call);
  }

  #effect(effect: FilterStateChange | PropertyRead): void {
    this.#remark((call) => (call.event.effects = [...call.event.effects, effect]));
  }

  #guestExit(flags: number, returned: number): void {
    const top = this.#open.pop();
    const place = this.#place();
    this.#emit({
      ...place,
      kind: "guestExit",
      callback: top?.kind === "guestEnter" ? top.event.callback : "",
      enter: top?.seq ?? 0,
      ...(flags & Flag.returned ? { returned: returned >>> 0 } : {}),
      ...(flags & Flag.injected ? { injected: true as const } : {}),
    });
  }

  #hostCall(index: number, next: () => number, data: () => Uint8Array | undefined): void {
    const hostcall = hostcalls[Math.floor(index / modules.length)];
    if (!hostcall) throw new Error(`trace: unknown host function ${index}`);
    const words = joinWords(hostcall, next);
    const args: NamedValue[] = [];
    let word = 0;
    const take = () => words[word++] ?? 0;
    for (const [name, kind] of Object.entries(hostcall.params)) {
      args.push({ name, value: decodeParam(kind, take, data) });
    }
    for (const [name, { kind }] of Object.entries(hostcall.results)) {
      const pointers = kind === "bytesOut" ? [take(), take()] : [take()];
      args.push({ name, value: { kind: "out", pointers: pointers.map(Number) } });
    }
    const event: Mutable<HostCall> = {
      ...this.#place(),
      kind: "hostCall",
      module: modules[index % modules.length] ?? "env",
      name: hostcall.name,
      words,
      args,
      results: [],
      effects: [],
      ended: "never",
    };
    this.#emit(event);
    this.#open.push({ kind: "hostCall", seq: event.seq, call: { event, hostcall } });
  }

  #hostReturn(
    flags: number,
    returned: number,
    results: readonly { a: number; b: number; data: Uint8Array | undefined }[],
  ): void {
    const top = this.#open.pop();
    if (top?.kind !== "hostCall") throw new Error("trace: a return without a host call");
    const { event, hostcall, propertyType, absent } = top.call;
    event.ended = "returned";
    if (flags & Flag.returned) event.returned = returned;
    if (flags & Flag.injected) event.injected = true;
    if (hostcall.returns === "status") event.status = nameOf(Status, returned) as StatusName;
    const kinds = Object.entries(hostcall.results);
    event.results = results.flatMap(({ a, b, data }, i) => {
      const kind = kinds[i];
      return kind ? [{ name: kind[0], value: decodeResult(kind[1].kind, a, b, data) }] : [];
    });
    if (hostcall.name === "proxy_get_property") {
      const path = event.args[0]?.value;
      const value = results[0]?.data;
      event.effects = [
        ...event.effects,
        {
          kind: "propertyRead",
          path: path && "bytes" in path && path.bytes ? splitPath(path.bytes) : [],
          ...(propertyType === undefined ? {} : { type: propertyType }),
          ...(value === undefined ? {} : { value }),
          ...(absent === undefined ? {} : { absent }),
        },
      ];
    }
    this.#release();
  }
}
