/** Asks the filter about one connection after the other; stays for the next sweep. */
import "../withoutNetwork.ts";
import {
  LimitReached,
  PluginRefused,
  Sweep,
  guestLimits,
  loadLibraries,
  readScenario,
} from "wasmerang";
import {
  addressList,
  destinationAt,
  nameAt,
  sourceAt,
  type AddressList,
} from "../../trace/sweep/plan.ts";
import { OutcomeTable } from "../../trace/sweep/outcomeTable.ts";
import type { SweepJob, SweepMessage, SweepRequest } from "./protocol.ts";

/** Outcomes are posted when they are this old (milliseconds). */
const BATCH_AGE_MS = 40;
/** The clock is read once in so many connections. */
const BETWEEN_LOOKS = 64;

const post = (message: SweepMessage, transfer: Transferable[] = []) =>
  postMessage(message, { transfer });

interface Loaded {
  readonly job: SweepJob;
  readonly sweep: Sweep;
  readonly list: AddressList;
}

/** Undefined when it was refused. What is asked meanwhile waits for it. */
let loading: Promise<Loaded | undefined>;

onmessage = async ({ data }: MessageEvent<SweepRequest>) => {
  try {
    if (data.kind === "load") {
      loading = load(data.job);
      await loading;
    } else {
      const loaded = await loading.catch(() => undefined);
      if (loaded) ask(loaded, data.from, data.to, data.oneByOne);
    }
  } catch (error) {
    if (error instanceof LimitReached) {
      post({ kind: "refused", message: `Stopped: ${error.message}.` });
      return;
    }
    const message = error instanceof Error ? (error.stack ?? String(error)) : String(error);
    post({ kind: "failed", message });
  }
};

async function load(job: SweepJob): Promise<Loaded | undefined> {
  post({ kind: "loading" });
  const read = readScenario(job.document);
  if (!read.ok) {
    const [problem] = read.problems;
    post({
      kind: "refused",
      message: `The scenario has an error: ${problem?.path} ${problem?.message}`,
    });
    return undefined;
  }
  try {
    const libraries = await loadLibraries(job.wasm);
    const sweep = new Sweep(job.wasm, read.scenario, libraries, guestLimits);
    post({ kind: "loaded" });
    return { job, sweep, list: addressList(job.plan.ranges) };
  } catch (error) {
    if (!(error instanceof PluginRefused)) throw error;
    post({ kind: "refused", message: `${error.message}, so no connection is accepted.` });
    return undefined;
  }
}

function ask({ job, sweep, list }: Loaded, from: number, to: number, oneByOne: boolean): void {
  let start = from;
  let table = new OutcomeTable();
  let codes = new Uint8Array(to - from);
  let startedAt = performance.now();
  const flush = (end: number) => {
    const filled = codes.subarray(0, end - start).slice();
    post({ kind: "outcomes", from: start, codes: filled, table: table.outcomes }, [filled.buffer]);
    start = end;
    table = new OutcomeTable();
    codes = new Uint8Array(to - end);
    startedAt = performance.now();
  };
  const decide = (index: number) => {
    try {
      return sweep.decide(sourceAt(job.plan, list, index), destinationAt(job.plan, list, index));
    } catch (error) {
      if (start < index) flush(index);
      if (!(error instanceof LimitReached)) throw error;
      throw new LimitReached(`${error.message}, at ${nameAt(job.plan, list, index)}`);
    }
  };
  for (let index = from; index < to; index++) {
    if (oneByOne) post({ kind: "asking", index });
    codes[index - start] = table.codeOf(decide(index));
    const isLook = (index - from) % BETWEEN_LOOKS === 0;
    if (oneByOne || (isLook && performance.now() - startedAt > BATCH_AGE_MS)) flush(index + 1);
  }
  if (start < to) flush(to);
  post({ kind: "idle" });
}
