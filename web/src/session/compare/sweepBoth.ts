/** One sweep over A, then the same over B. */
import { useCompare, type ComparedSweep } from "../../state/compare.ts";
import { useStore } from "../../state/store.ts";
import { useSweep } from "../../state/sweep.ts";
import { changesCsv, type RouteChanges } from "../../trace/compare/routeChanges.ts";
import { addressList } from "../../trace/sweep/plan.ts";
import { saveFile } from "../saveFile.ts";
import { startSweep, type SweepEnd, type SweepOutcomes } from "../sweep/pool.ts";
import { hungText, inputOf, readInput } from "../sweep/sweep.ts";
import { presentB } from "./compare.ts";

/** The counts are shown this often while it runs (milliseconds). */
const SHOW_MS = 100;

let current: SweepOutcomes | undefined;

/** Asks A and B about what is typed in the form of the sweep. */
export function sweepBoth(): void {
  const { document, module, connection } = useStore.getState();
  const b = presentB();
  const read = readInput(useSweep.getState().input ?? inputOf(document, connection));
  if (!module || !b || !read.ok) return;
  current?.stop();
  const { plan } = read;
  const list = addressList(plan.ranges);
  const startedAt = performance.now();
  let shownAt = startedAt;
  const nothing = { codes: new Uint8Array(list.count * plan.destinations.length), table: [] };
  let state: ComparedSweep = {
    status: "running",
    plan,
    list,
    a: nothing,
    b: nothing,
    done: 0,
    took: 0,
    modules: [module, b.module],
    documents: [document, b.document],
  };
  const show = (patch: Partial<ComparedSweep>) => {
    state = { ...state, ...patch, took: performance.now() - startedAt };
    shownAt = performance.now();
    useCompare.getState().set({ sweep: state });
  };
  const ask = (side: "a" | "b", whenDone: () => void) => {
    const isA = side === "a";
    const of = isA ? { module, document } : b;
    const before = isA ? 0 : nothing.codes.length;
    const job = { wasm: of.module.bytes, document: { ...of.document, connections: [] }, plan };
    const started = startSweep(job, {
      progress(done) {
        if (performance.now() - shownAt > SHOW_MS) show({ done: before + done });
      },
      end(end) {
        current = undefined;
        if (end.status === "done") return whenDone();
        show({ status: "failed", message: `${side.toUpperCase()}: ${failure(end, state)}` });
      },
    });
    current = started;
    show({ [side]: { codes: started.codes, table: started.table } });
  };
  ask("a", () => ask("b", () => show({ status: "done", done: 2 * nothing.codes.length })));
}

function failure(end: Exclude<SweepEnd, { readonly status: "done" }>, of: ComparedSweep): string {
  return end.status === "refused" || end.status === "failed" ? end.message : hungText(end, of);
}

/** Ends it; what is known of both sides stays. */
export function stopBoth(): void {
  if (!current) return;
  current.stop();
  current = undefined;
  const { sweep, set } = useCompare.getState();
  if (sweep) set({ sweep: { ...sweep, status: "stopped" } });
}

/** Saves the connections that ended otherwise. */
export function downloadChanges(changes: RouteChanges): void {
  const { sweep } = useCompare.getState();
  if (!sweep) return;
  const pieces = changesCsv(sweep.a, sweep.b, changes, sweep.plan, sweep.list);
  saveFile("changed-routes.csv", new Blob([...pieces]), "text/csv");
}
