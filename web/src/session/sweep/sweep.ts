/** What the view of the sweep does: start, stop, use what was found, save it. */
import { parseAddress, parseRange, type ScenarioDocument } from "wasmerang";
import { editConnection } from "../../state/editScenario.ts";
import { newConnection } from "../../state/defaultScenario.ts";
import { useStore } from "../../state/store.ts";
import { useSweep, type SweepRun } from "../../state/sweep.ts";
import { sweepCsv } from "../../trace/sweep/csv.ts";
import {
  addressList,
  destinationAt,
  nameAt,
  readPlan,
  sourceAt,
  type AddressList,
  type ReadPlan,
  type SweepInput,
  type SweepPlan,
} from "../../trace/sweep/plan.ts";
import { saveFile } from "../saveFile.ts";
import { QUIET_MS } from "../simulate.ts";
import { startSweep, type SweepEnd, type SweepOutcomes } from "./pool.ts";

export { closePool, openPool } from "./pool.ts";

/**
 * The counts are shown this often while a sweep runs (milliseconds). A shorter one is shown when it
 * is whole: drawing would take the cores that decide.
 */
const SHOW_MS = 200;

interface CurrentSweep {
  readonly outcomes: SweepOutcomes;
  show(patch: Partial<SweepRun>): void;
}

let current: CurrentSweep | undefined;

/** What is typed, or what the selected connection suggests: its network of 256 addresses. */
export function inputOf(document: ScenarioDocument, connection: number): SweepInput {
  const chosen = document.connections[connection];
  const source = parseAddress(chosen?.source ?? "");
  const destination = parseAddress(chosen?.destination ?? "");
  const to = destination?.kind === "ip" ? destination : undefined;
  return {
    sources: source?.kind === "ip" ? networkOf(source.ip) : "10.0.0.0/24",
    destination: to?.ip ?? "203.0.113.10",
    ports: String(to?.port ?? 443),
  };
}

/** The network around an address: of 256 addresses, or of another prefix length for IPv4. */
export function networkOf(ip: string, v4Prefix = 24): string {
  const prefix = ip.includes(":") ? 120 : v4Prefix;
  const first = parseRange(`${ip.split("%")[0]}/${prefix}`)?.at(0n) ?? ip;
  return `${first}/${prefix}`;
}

/** The plan for what is typed. The source port is that of the selected connection. */
export function readInput(input: SweepInput): ReadPlan {
  const { document, connection } = useStore.getState();
  const source = parseAddress(document.connections[connection]?.source ?? "");
  return readPlan(input, source?.kind === "ip" ? source.port : 40_000);
}

/** Asks the present module, in the present scenario, about all of what is typed. */
export function sweep(): void {
  const { document, module, connection } = useStore.getState();
  const input = useSweep.getState().input ?? inputOf(document, connection);
  const read = readInput(input);
  if (!module || !read.ok) return;
  endCurrent();
  const { plan } = read;
  const startedAt = performance.now();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let done = 0;
  let isShown = false;
  const show = (patch: Partial<SweepRun>) => {
    clearTimeout(timer);
    timer = undefined;
    const { begin, progress } = useSweep.getState();
    const present = { done, took: performance.now() - startedAt, ...patch };
    if (isShown) progress(present);
    else begin({ ...run, ...present }, placeOf(document.connections[connection]?.source, list));
    isShown = true;
  };
  const started = startSweep(
    // Its own connections play no part; one with an error must not be in the way.
    { wasm: module.bytes, document: { ...document, connections: [] }, plan },
    {
      progress(count) {
        done = count;
        timer ??= setTimeout(() => current?.outcomes === started && show({}), SHOW_MS);
      },
      end(end) {
        current = undefined;
        show(stateAfter(end, started, run));
      },
    },
  );
  current = { outcomes: started, show };
  timer = setTimeout(() => current?.outcomes === started && show({}), SHOW_MS);
  const { codes, table, workers } = started;
  const list = addressList(plan.ranges);
  const facts = { plan, list, codes, table, workers, module, document };
  const run: SweepRun = { status: "running", done: 0, took: 0, ...facts };
}

/** Where the map begins to select: at the scenario's own address, if it is among the first cells. */
function placeOf(source: string | undefined, list: AddressList): number {
  const address = parseAddress(source ?? "");
  if (address?.kind !== "ip" || list.count > 256) return 0;
  for (let index = 0; index < list.count; index++) if (list.at(index) === address.ip) return index;
  return 0;
}

/** Ends the sweep; what it found so far stays. */
export function stopSweep(): void {
  endCurrent()?.show({ status: "stopped" });
}

function endCurrent(): CurrentSweep | undefined {
  const ended = current;
  current = undefined;
  ended?.outcomes.stop();
  return ended;
}

function stateAfter(end: SweepEnd, { codes }: SweepOutcomes, run: SweepRun): Partial<SweepRun> {
  switch (end.status) {
    case "done":
      return { status: "done", done: codes.length };
    case "refused":
    case "failed":
      return { status: end.status, message: end.message };
    case "hungAtStart":
    case "hung":
      return { status: "hung", message: hungText(end, run) };
  }
}

/** `Stopped: no answer for 3 s at 10.0.3.7.` and what that means. */
export function hungText(
  end: Extract<SweepEnd, { readonly status: "hung" | "hungAtStart" }>,
  { plan, list }: { readonly plan: SweepPlan; readonly list: AddressList },
): string {
  const stopped = `Stopped: no answer for ${QUIET_MS / 1000} s`;
  if (end.status === "hungAtStart")
    return `${stopped} while the module started. Envoy has no such limit; it would hang.`;
  const place = (index: number) => nameAt(plan, list, index);
  return end.index === undefined
    ? `${stopped} after ${place(end.after)}. Asked again one by one, each address answered: the filter depends on what came before.`
    : `${stopped} at ${place(end.index)}. Envoy has no such limit; its worker would hang.`;
}

/** Makes a connection of the sweep the selected one of the scenario, and shows its trace. */
export function makeScenario(index: number): void {
  const { run } = useSweep.getState();
  if (!run) return;
  const { document, connection, edit, set, moveTo } = useStore.getState();
  const source = sourceAt(run.plan, run.list, index);
  const destination = destinationAt(run.plan, run.list, index);
  edit(
    document.connections[connection]
      ? editConnection(document, connection, { source, destination })
      : { ...document, connections: [{ ...newConnection("a", source), destination }] },
  );
  moveTo(undefined);
  set({ view: "trace", pane: "flow" });
}

/** Saves the outcomes of every connection that has one. */
export function downloadSweep(): void {
  const { run } = useSweep.getState();
  if (!run) return;
  const name = run.plan.ranges.length === 1 ? run.plan.ranges[0]?.replace(/[/:]/g, "-") : "list";
  const pieces = sweepCsv(run.codes, run.table, run.plan, run.list);
  saveFile(`sweep-${name}.csv`, new Blob([...pieces]), "text/csv");
}
