/**
 * What all VMs of an Envoy process share: shared data and queues by vm_id
 * (proxy-wasm-cpp-host shared_data.cc, shared_queue.cc), and statistics (Envoy context.cc, metrics).
 */
import { Status } from "./abi.ts";

interface Queue {
  readonly items: Uint8Array[];
  /** Tells the last registrant that something is in the queue. */
  deliver: () => void;
}

export class SharedState {
  readonly #data = new Map<string, { readonly value: Uint8Array; readonly cas: number }>();
  #lastCas = 0;
  readonly #queues = new Map<number, Queue>();
  readonly #tokens = new Map<string, number>();
  /**
   * The guests' counters and gauges by name, without the `wasmcustom.` that Envoy puts before it: a
   * counter and a gauge of the same name are two statistics.
   */
  readonly stats: readonly [counters: Map<string, bigint>, gauges: Map<string, bigint>] = [
    new Map(),
    new Map(),
  ];

  /** Envoy's own counters, by full name. */
  readonly counters = new Map<string, number>();

  /** Told of each new value, by its full name. */
  readonly #onStat: ((name: string, value: bigint) => void) | undefined;

  constructor(onStat?: (name: string, value: bigint) => void) {
    this.#onStat = onStat;
  }

  count(name: string, by = 1): void {
    const value = (this.counters.get(name) ?? 0) + by;
    this.counters.set(name, value);
    this.#onStat?.(name, BigInt(value));
  }

  /** @param kind 0 a counter, 1 a gauge of a guest. */
  setStat(kind: 0 | 1, name: string, value: bigint): void {
    this.stats[kind].set(name, value);
    this.#onStat?.(`wasmcustom.${name}`, value);
  }

  /** All of them under the names of Envoy's /stats. */
  allStats(): ReadonlyMap<string, bigint> {
    const all = new Map([...this.counters].map(([name, value]) => [name, BigInt(value)]));
    for (const stats of this.stats) {
      for (const [name, value] of stats) all.set(`wasmcustom.${name}`, value);
    }
    return all;
  }

  get(vmId: string, key: string) {
    return this.#data.get(`${vmId}\0${key}`);
  }

  /** `cas` 0 always writes; another one must be the stored value's. */
  set(vmId: string, key: string, value: Uint8Array, cas: number): Status {
    const stored = this.#data.get(`${vmId}\0${key}`);
    if (stored && cas !== 0 && cas !== stored.cas) return Status.CasMismatch;
    this.#lastCas = (this.#lastCas + 1) >>> 0 || 1;
    this.#data.set(`${vmId}\0${key}`, { value, cas: this.#lastCas });
    return Status.Ok;
  }

  /** The token of a queue, new or not; deliveries go to whoever registered last. */
  register(vmId: string, name: string, deliver: (token: number) => void): number {
    const token = this.#tokens.get(`${vmId}\0${name}`) ?? this.#tokens.size + 1;
    this.#tokens.set(`${vmId}\0${name}`, token);
    const queue = this.#queues.get(token);
    if (queue) queue.deliver = () => deliver(token);
    else this.#queues.set(token, { items: [], deliver: () => deliver(token) });
    return token;
  }

  resolve(vmId: string, name: string): number | undefined {
    return this.#tokens.get(`${vmId}\0${name}`);
  }

  enqueue(token: number, data: Uint8Array): Status {
    const queue = this.#queues.get(token);
    if (!queue) return Status.NotFound;
    queue.items.push(data);
    queue.deliver();
    return Status.Ok;
  }

  dequeue(token: number): Uint8Array | "empty" | undefined {
    const queue = this.#queues.get(token);
    return queue && (queue.items.shift() ?? "empty");
  }
}

const COUNTER = 0;
const GAUGE = 1;
const HISTOGRAM = 2;
const MASK = 3;
const U64 = 64;

/** The metric ids of one VM; the values are the process's. */
export class Metrics {
  readonly #shared: SharedState;
  readonly #names = new Map<number, string>();
  readonly #nextId: [number, number, number] = [COUNTER, GAUGE, HISTOGRAM];

  constructor(shared: SharedState) {
    this.#shared = shared;
  }

  /** A new id at each call: 4, 8, … for counters, 5, 9, … for gauges, 6, 10, … for histograms. */
  define(type: number, name: string): number {
    const kind = type as 0 | 1 | 2;
    const id = (this.#nextId[kind] += MASK + 1);
    this.#names.set(id, name);
    if (kind !== HISTOGRAM && !this.#shared.stats[kind].has(name)) {
      this.#shared.setStat(kind, name, 0n);
    }
    return id;
  }

  increment(id: number, offset: bigint): Status {
    const kind = id & MASK;
    if (kind !== COUNTER && kind !== GAUGE) return Status.BadArgument;
    const name = this.#names.get(id);
    if (name === undefined) return Status.NotFound;
    if (kind === COUNTER && offset <= 0n) return Status.BadArgument;
    this.#add(kind, name, offset);
    return Status.Ok;
  }

  record(id: number, value: bigint): Status {
    const name = this.#names.get(id);
    if (name === undefined) return Status.NotFound;
    const kind = id & MASK;
    if (kind === COUNTER) this.#add(COUNTER, name, value);
    else if (kind === GAUGE) this.#shared.setStat(GAUGE, name, BigInt.asUintN(U64, value));
    return Status.Ok;
  }

  get(id: number): bigint | Exclude<Status, 0> {
    const kind = id & MASK;
    if (kind !== COUNTER && kind !== GAUGE) return Status.BadArgument;
    const name = this.#names.get(id);
    return name === undefined ? Status.NotFound : (this.#shared.stats[kind].get(name) ?? 0n);
  }

  #add(kind: 0 | 1, name: string, offset: bigint): void {
    const value = this.#shared.stats[kind].get(name) ?? 0n;
    this.#shared.setStat(kind, name, BigInt.asUintN(U64, value + offset));
  }
}
