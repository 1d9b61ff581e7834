/** Virtual time: what happens next, and when. */
import { EnvoyDeath } from "./envoyDeath.ts";

/** More than any scenario makes happen at one moment, and soon reached by what never ends. */
const MAX_AT_ONE_MOMENT = 50_000;

interface Timer {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
  /** Does not keep the run alive: ticks and idle timeouts. */
  readonly background: boolean;
}

/**
 * Runs what is due in order of time. At one moment first everything posted runs, in order, until
 * nothing is left, then what other processes send, one at a time; when nothing of both is left the moment is
 * *quiet*, and what waits for that runs, one at a time; then the next timer.
 */
export class EventLoop {
  /** Virtual nanoseconds since the start of the run. */
  now = 0;
  readonly #onTime: (now: number) => void;
  /** Its places are used again: an array that is emptied each time is made anew each time. */
  readonly #posted: ((() => void) | undefined)[] = [];
  /** How many of the places are taken. */
  #postedCount = 0;
  readonly #deletions: (() => void)[] = [];
  readonly #clearDeletions = () => {
    for (let run = this.#deletions.shift(); run; run = this.#deletions.shift()) run();
  };
  readonly #arriving: (() => void)[] = [];
  #callbacks: (() => void)[] = [];
  readonly #runCallbacks = () => {
    this.#clearDeletions();
    const batch = this.#callbacks;
    this.#callbacks = [];
    for (const run of batch) run();
  };
  readonly #whenQuiet: (() => void)[] = [];
  readonly #timers: Timer[] = [];
  #order = 0;
  #foreground = 0;

  constructor(onTime: (now: number) => void) {
    this.#onTime = onTime;
  }

  /** Runs soon, at this moment, after what is posted already. */
  post(run: () => void): void {
    this.#posted[this.#postedCount++] = run;
  }

  /** What the kernel says of a socket: in the next turn, after what is posted in this one. */
  nextTurn(run: () => void): void {
    this.post(() => this.post(run));
  }

  /**
   * Envoy's deferredDelete: runs soon, at the latest before the next callbacks that were posted to the
   * dispatcher (source/common/event/dispatcher_impl.cc, runPostCallbacks).
   */
  deferDelete(run: () => void): void {
    this.#deletions.push(run);
    this.post(this.#clearDeletions);
  }

  /**
   * Envoy's Dispatcher::post: as `post`, behind everything whose deletion was deferred. What is posted
   * before the first of them runs is one batch, and nothing is deleted within it (runPostCallbacks).
   */
  postCallback(run: () => void): void {
    this.#callbacks.push(run);
    if (this.#callbacks.length === 1) this.post(this.#runCallbacks);
  }

  /** What another process answers: it takes its way, so all that Envoy has to do comes first. */
  arrive(run: () => void): void {
    this.#arriving.push(run);
  }

  /** Runs at this moment, once nothing else happens. */
  whenQuiet(run: () => void): void {
    this.#whenQuiet.push(run);
  }

  /** Runs at a virtual time, in nanoseconds; not before now. */
  at(time: number, run: () => void, background = false): void {
    const timer = { at: Math.max(time, this.now), order: this.#order++, run, background };
    if (!background) this.#foreground++;
    const { length } = this.#timers;
    const last = this.#timers[length - 1];
    if (!last || isBefore(last, timer)) this.#timers.push(timer);
    else this.#timers.splice(this.#place(timer), 0, timer);
  }

  /** Runs until nothing is left but background timers. */
  run(): void {
    for (;;) {
      this.#untilQuiet();
      const next = this.#foreground > 0 ? this.#timers.shift() : undefined;
      if (!next) return;
      if (!next.background) this.#foreground--;
      if (next.at > this.now) {
        this.now = next.at;
        this.#onTime(this.now);
      }
      next.run();
    }
  }

  #untilQuiet(): void {
    let next = 0;
    for (;;) {
      while (next < this.#postedCount) {
        const run = this.#posted[next];
        this.#posted[next++] = undefined;
        run?.();
        if (next > MAX_AT_ONE_MOMENT) {
          throw new EnvoyDeath(
            "The guest gives itself new work without end, as with a queue that it fills in proxy_on_queue_ready: Envoy's worker hangs.",
          );
        }
      }
      this.#postedCount = next = 0;
      const following = this.#arriving.shift() ?? this.#whenQuiet.shift();
      if (!following) return;
      following();
    }
  }

  /** Index of the first timer that comes after this one. */
  #place(timer: Timer): number {
    let low = 0;
    let high = this.#timers.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const at = this.#timers[middle];
      if (at && isBefore(at, timer)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

const isBefore = (a: Timer, b: Timer) => a.at < b.at || (a.at === b.at && a.order < b.order);
