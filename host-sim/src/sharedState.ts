/**
 * What all VMs of an Envoy process share: shared data and queues by vm_id
 * (proxy-wasm-cpp-host shared_data.cc, shared_queue.cc), and statistics (Envoy context.cc, metrics).
 */
import { Status } from "./abi.ts";
import { formatSize, HELD_BYTES, LimitReached } from "./limits.ts";

/** About what an entry takes beside its data. */
const ENTRY_BYTES = 128;

interface Queue {
  readonly items: Uint8Array[];
  /** Tells the last registrant that something is in the queue. */
  deliver: () => void;
}

/** Told of each new value of a statistic, by its full name. */
type OnStat = (name: string, value: bigint) => void;

/** Envoy leaves out the dot where nothing follows. */
const statName = (name: string) => (name === "" ? "wasmcustom" : `wasmcustom.${name}`);

/** A counter or gauge of a guest: one number that wraps around at 2^64. */
class Stat {
  readonly #fullName: string;
  readonly #onStat: OnStat | undefined;
  readonly #cell = new BigUint64Array(1);

  constructor(name: string, onStat: OnStat | undefined) {
    this.#fullName = statName(name);
    this.#onStat = onStat;
    onStat?.(this.#fullName, 0n);
  }

  get value(): bigint {
    return this.#cell[0] ?? 0n;
  }

  set(value: bigint): void {
    this.#cell[0] = value;
    this.#onStat?.(this.#fullName, this.value);
  }

  add(offset: bigint): void {
    this.#cell[0] = (this.#cell[0] ?? 0n) + offset;
    this.#onStat?.(this.#fullName, this.value);
  }
}

class Counter {
  value = 0;
  readonly #name: string;
  readonly #onStat: OnStat | undefined;

  constructor(name: string, onStat: OnStat | undefined) {
    this.#name = name;
    this.#onStat = onStat;
  }

  add(by: number): void {
    this.value += by;
    this.#onStat?.(this.#name, BigInt(this.value));
  }
}

/** Counters whose full names begin alike, such as `tcp.ingress.`: no name is put together twice. */
export class CounterScope {
  readonly #shared: SharedState;
  readonly #prefix: string;
  readonly #counters = new Map<string, Counter>();

  constructor(shared: SharedState, prefix: string) {
    this.#shared = shared;
    this.#prefix = prefix;
  }

  count(name: string, by = 1): void {
    let counter = this.#counters.get(name);
    if (!counter) {
      counter = this.#shared.counter(this.#prefix + name);
      this.#counters.set(name, counter);
    }
    counter.add(by);
  }
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
  readonly stats: readonly [counters: Map<string, Stat>, gauges: Map<string, Stat>] = [
    new Map(),
    new Map(),
  ];

  /** Envoy's own counters, by full name; those that were counted at least once. */
  readonly #counters = new Map<string, Counter>();

  readonly onStat: OnStat | undefined;
  /** Bytes kept for the guests. */
  #held = 0;

  constructor(onStat?: OnStat) {
    this.onStat = onStat;
  }

  counter(name: string): Counter {
    let counter = this.#counters.get(name);
    if (!counter) this.#counters.set(name, (counter = new Counter(name, this.onStat)));
    return counter;
  }

  count(name: string, by = 1): void {
    this.counter(name).add(by);
  }

  /** All of them under the names of Envoy's /stats. */
  allStats(): ReadonlyMap<string, bigint> {
    const all = new Map<string, bigint>();
    for (const [name, { value }] of this.#counters) all.set(name, BigInt(value));
    for (const stats of this.stats) {
      for (const [name, { value }] of stats) all.set(statName(name), value);
    }
    return all;
  }

  /** Counts what is kept for a guest from now on, or no longer. Throws LimitReached. */
  hold(bytes: number): void {
    this.#held += bytes;
    if (this.#held <= HELD_BYTES) return;
    throw new LimitReached(
      `the guest has Envoy keep more than ${formatSize(HELD_BYTES)} of shared data, queues and metrics (Envoy has no such limit)`,
    );
  }

  get(vmId: string, key: string) {
    return this.#data.get(`${vmId}\0${key}`);
  }

  /** `cas` 0 always writes; another one must be the stored value's. */
  set(vmId: string, key: string, value: Uint8Array, cas: number): Status {
    const stored = this.#data.get(`${vmId}\0${key}`);
    if (stored && cas !== 0 && cas !== stored.cas) return Status.CasMismatch;
    this.hold(value.length - (stored ? stored.value.length : -key.length - ENTRY_BYTES));
    this.#lastCas = (this.#lastCas + 1) >>> 0 || 1;
    this.#data.set(`${vmId}\0${key}`, { value, cas: this.#lastCas });
    return Status.Ok;
  }

  /** The token of a queue, new or not; deliveries go to whoever registered last. */
  register(vmId: string, name: string, deliver: (token: number) => void): number {
    const token = this.#tokens.get(`${vmId}\0${name}`) ?? this.#tokens.size + 1;
    if (!this.#queues.has(token)) this.hold(name.length + ENTRY_BYTES);
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
    this.hold(data.length + ENTRY_BYTES);
    queue.items.push(data);
    queue.deliver();
    return Status.Ok;
  }

  dequeue(token: number): Uint8Array | "empty" | undefined {
    const queue = this.#queues.get(token);
    if (!queue) return undefined;
    const item = queue.items.shift();
    if (item) this.hold(-item.length - ENTRY_BYTES);
    return item ?? "empty";
  }
}

const COUNTER = 0;
const GAUGE = 1;
const HISTOGRAM = 2;
const MASK = 3;

/** The metric ids of one VM; the values are the process's. */
export class Metrics {
  readonly #shared: SharedState;
  /** By id; a histogram keeps no values. */
  readonly #defined: (Stat | undefined)[] = [];
  readonly #nextId: [number, number, number] = [COUNTER, GAUGE, HISTOGRAM];

  constructor(shared: SharedState) {
    this.#shared = shared;
  }

  /** A new id at each call: 4, 8, … for counters, 5, 9, … for gauges, 6, 10, … for histograms. */
  define(type: number, name: string): number {
    const kind = type as 0 | 1 | 2;
    const id = (this.#nextId[kind] += MASK + 1);
    this.#shared.hold(ENTRY_BYTES);
    if (kind === HISTOGRAM) this.#defined[id] = new Stat(name, undefined);
    else {
      const stats = this.#shared.stats[kind];
      let stat = stats.get(name);
      if (!stat) {
        this.#shared.hold(name.length);
        stats.set(name, (stat = new Stat(name, this.#shared.onStat)));
      }
      this.#defined[id] = stat;
    }
    return id;
  }

  increment(id: number, offset: bigint): Status {
    const kind = id & MASK;
    if (kind !== COUNTER && kind !== GAUGE) return Status.BadArgument;
    const stat = this.#defined[id];
    if (!stat) return Status.NotFound;
    if (kind === COUNTER && offset <= 0n) return Status.BadArgument;
    stat.add(offset);
    return Status.Ok;
  }

  record(id: number, value: bigint): Status {
    const stat = this.#defined[id];
    if (!stat) return Status.NotFound;
    const kind = id & MASK;
    if (kind === COUNTER) stat.add(value);
    else if (kind === GAUGE) stat.set(value);
    return Status.Ok;
  }

  get(id: number): bigint | Exclude<Status, 0> {
    const kind = id & MASK;
    if (kind !== COUNTER && kind !== GAUGE) return Status.BadArgument;
    return this.#defined[id]?.value ?? Status.NotFound;
  }
}
