/**
 * Runs sweeps on all cores: workers take pieces until none is left, and stay for the next sweep. A
 * worker that says nothing for a while hangs in the guest: the sweep ends there, and one more worker
 * asks again one by one, to learn which address it is.
 */
import type { SweepOutcome } from "wasmerang";
import { OTHER } from "../../trace/sweep/outcomes.ts";
import { addressList, connectionCount } from "../../trace/sweep/plan.ts";
import { COMPILED_BYTES_PER_MS, QUIET_MS, START_MS } from "../simulate.ts";
import { OutcomeTable } from "../../trace/sweep/outcomeTable.ts";
import type { SweepJob, SweepMessage, SweepRequest } from "./protocol.ts";

/** Fewer connections than this are not worth another worker. */
const LEAST_SHARE = 1024;
/** Pieces become smaller towards the end, so that the workers end together. */
const MOST_PIECE = 16_384;
const LEAST_PIECE = 512;
/** A worker has the next piece at hand when it ends one: the page may be busy just then. */
const AT_HAND = 2;

export type SweepEnd =
  | { readonly status: "done" }
  /** Envoy accepts no connection, or the scenario is invalid. */
  | { readonly status: "refused"; readonly message: string }
  /** No answer for QUIET_MS at this place; undefined: asked again, each place answered. */
  | { readonly status: "hung"; readonly index: number | undefined; readonly after: number }
  /** The module itself hangs when it starts. */
  | { readonly status: "hungAtStart" }
  | { readonly status: "failed"; readonly message: string };

export interface SweepListener {
  /** More is known: `codes` and `table` are filled in place. */
  progress(done: number): void;
  /** The last call. */
  end(end: SweepEnd): void;
}

/** Filled while the sweep goes on. */
export interface SweepOutcomes {
  /** One byte for each connection of the plan: PENDING, OTHER, or a place in `table` from 1. */
  readonly codes: Uint8Array;
  readonly table: readonly SweepOutcome[];
  /** How many workers it runs on. */
  readonly workers: number;
  /** Ends it; nothing is heard of it after that. */
  stop(): void;
}

let spare: Worker[] = [];

const cores = () => Math.max(1, navigator.hardwareConcurrency || 1);

function makeWorker(): Worker {
  const worker = new Worker(new URL("./sweep.worker.ts", import.meta.url), { type: "module" });
  // One that fails while it waits is replaced by one whose failure is heard.
  worker.onerror = () => (spare = spare.filter((other) => other !== worker));
  return worker;
}

/** Starts workers ahead of a sweep, so that loading their code costs it nothing. */
export function openPool(): void {
  while (spare.length < cores()) spare.push(makeWorker());
}

/** Ends the workers that wait for a sweep. */
export function closePool(): void {
  for (const worker of spare) worker.terminate();
  spare = [];
}

/** Starts a sweep over the plan of `job`. */
export function startSweep(job: SweepJob, listener: SweepListener): SweepOutcomes {
  const count = connectionCount(job.plan, addressList(job.plan.ranges));
  const codes = new Uint8Array(count);
  const table = new OutcomeTable();
  const workers = Math.max(1, Math.min(cores(), Math.floor(count / LEAST_SHARE)));
  let next = 0;
  let done = 0;
  let hasEnded = false;
  const members: Member[] = [];

  const stop = (keepIdle: boolean) => {
    hasEnded = true;
    for (const member of members) member.leave(keepIdle);
  };
  const end = (result: SweepEnd) => {
    if (hasEnded) return;
    stop(result.status === "done");
    listener.end(result);
  };
  const take = ({ from, codes: more, table: theirs }: Outcomes) => {
    const ours = theirs.map((outcome) => table.codeOf(outcome));
    if (ours.every((code, index) => code === index + 1)) codes.set(more, from);
    else
      more.forEach((code, offset) => {
        codes[from + offset] = code === OTHER ? OTHER : (ours[code - 1] ?? OTHER);
      });
    done += more.length;
    listener.progress(done);
  };
  const giveWork = (member: Member) => {
    while (next < count && member.asked() < AT_HAND) {
      const from = next;
      const part = Math.ceil((count - from) / (workers * 4));
      next = Math.min(count, from + Math.max(LEAST_PIECE, Math.min(MOST_PIECE, part)));
      member.ask(from, next, false);
    }
    if (members.every((one) => one.asked() === 0)) end({ status: "done" });
  };
  /** Asks again from the first place of a piece that has no outcome. */
  const findHang = (from: number, to: number) => {
    let asking: number | undefined;
    const scout = joinPool(job, {
      outcomes: take,
      asking: (index) => (asking = index),
      idle: () => end({ status: "hung", index: undefined, after: from }),
      hung: () => end({ status: "hung", index: asking ?? from, after: from }),
      ended: end,
    });
    scout.ask(from, to, true);
    members.push(scout);
  };

  for (let number = 0; number < workers; number++) {
    let reached: number | undefined;
    let last = 0;
    const member = joinPool(job, {
      outcomes: (message) => {
        take(message);
        reached = message.from + message.codes.length;
      },
      asking: () => undefined,
      idle: () => giveWork(member),
      hung: (asked) => {
        if (!asked) return end({ status: "hungAtStart" });
        last = asked.to;
        for (const other of members) other.leave(false);
        const isInside = reached !== undefined && reached > asked.from && reached < last;
        findHang(isInside && reached !== undefined ? reached : asked.from, last);
      },
      ended: end,
    });
    members.push(member);
  }
  members.forEach(giveWork);
  return { codes, table: table.outcomes, workers, stop: () => stop(false) };
}

type Outcomes = Extract<SweepMessage, { readonly kind: "outcomes" }>;

interface MemberListener {
  outcomes(message: Outcomes): void;
  asking(index: number): void;
  idle(): void;
  /** @param asked the piece that it is at; undefined: it still loads the module. */
  hung(asked: { readonly from: number; readonly to: number } | undefined): void;
  ended(end: SweepEnd): void;
}

/** One worker's part in a sweep. */
interface Member {
  ask(from: number, to: number, oneByOne: boolean): void;
  /** How many of the pieces that it was asked about are not answered. */
  asked(): number;
  /** Ends its part; an idle worker can stay for the next sweep. */
  leave(keepIdle: boolean): void;
}

function joinPool(job: SweepJob, listener: MemberListener): Member {
  const worker = spare.pop() ?? makeWorker();
  let watchdog: ReturnType<typeof setTimeout> | undefined;
  const asked: { readonly from: number; readonly to: number }[] = [];
  let isLoaded = false;
  let hasLeft = false;
  const watch = (ms: number) => {
    clearTimeout(watchdog);
    watchdog = setTimeout(() => listener.hung(isLoaded ? asked[0] : undefined), ms);
  };
  const send = (request: SweepRequest) => worker.postMessage(request);
  worker.onmessage = ({ data }: MessageEvent<SweepMessage>) => {
    if (hasLeft) return;
    switch (data.kind) {
      case "loading":
        return watch(QUIET_MS + job.wasm.length / COMPILED_BYTES_PER_MS);
      case "loaded":
        isLoaded = true;
        return watch(QUIET_MS);
      case "refused":
        return listener.ended({ status: "refused", message: data.message });
      case "outcomes":
        watch(QUIET_MS);
        return listener.outcomes(data);
      case "asking":
        watch(QUIET_MS);
        return listener.asking(data.index);
      case "idle":
        asked.shift();
        if (asked.length > 0) watch(QUIET_MS);
        else clearTimeout(watchdog);
        return listener.idle();
      case "failed":
        return listener.ended({ status: "failed", message: data.message });
    }
  };
  worker.onerror = ({ message }) =>
    listener.ended({
      status: "failed",
      message: `A worker of the sweep failed: ${message || "its code could not be loaded"}`,
    });
  watch(START_MS);
  send({ kind: "load", job });
  return {
    ask(from, to, oneByOne) {
      if (isLoaded && asked.length === 0) watch(QUIET_MS);
      asked.push({ from, to });
      send({ kind: "ask", from, to, oneByOne });
    },
    asked: () => asked.length,
    leave(keepIdle) {
      if (hasLeft) return;
      hasLeft = true;
      clearTimeout(watchdog);
      worker.onmessage = worker.onerror = null;
      if (keepIdle && isLoaded && asked.length === 0) spare.push(worker);
      else worker.terminate();
    },
  };
}
