import { useDeferredValue, useMemo, useState } from "react";
import { useRun } from "./useRun.ts";
import { useStore } from "../state/store.ts";
import { rowKind } from "../trace/rowKinds.ts";
import { allRows, rowsWithAllocations, visibleRows } from "../trace/rows.ts";
import { searchRows } from "../trace/searchRows.ts";
import { TraceGrid } from "./trace/TraceGrid.tsx";
import { TraceTools } from "./trace/TraceTools.tsx";

/** Every call and event of the run, one a row. */
export function TraceList() {
  const run = useRun();
  const search = useStore((state) => state.search);
  const hidden = useStore((state) => state.hiddenKinds);
  const [everyVm, setEveryVm] = useState(false);
  const wanted = useDeferredValue(search);
  const { events } = run;
  const rows = useMemo(() => {
    const shown = everyVm ? allRows(events) : visibleRows(events);
    const vms = new Set(shown.map(({ event }) => event.vm));
    const all = hidden.includes("allocation")
      ? shown
      : rowsWithAllocations(events).filter(({ event }) => vms.has(event.vm));
    const kept = all.filter(({ event }) => !hidden.includes(rowKind(event)));
    return searchRows(events, kept, wanted);
  }, [events, everyVm, hidden, wanted]);
  return (
    <>
      <TraceTools />
      <TraceGrid run={run} rows={rows}>
        <VmLine events={events} everyVm={everyVm} onToggle={setEveryVm} />
        {rows.length === 0 && events.length > 0 ? (
          <p className="trace-empty" role="status">
            {wanted === "" ? (
              <b>Every kind of event is left out.</b>
            ) : (
              <>
                <b>No event matches “{wanted}”.</b> Search looks at call names, arguments and
                results.
              </>
            )}
          </p>
        ) : undefined}
      </TraceGrid>
    </>
  );
}

const vmText = { base: "base", canary: "canary", main: "main thread", worker: "worker 0" } as const;

/** Which of Envoy's VMs the rows are of. */
function VmLine(props: {
  readonly events: readonly { readonly vm: keyof typeof vmText }[];
  readonly everyVm: boolean;
  readonly onToggle: (everyVm: boolean) => void;
}) {
  const { events, everyVm, onToggle } = props;
  const vms = (Object.keys(vmText) as (keyof typeof vmText)[]).filter((vm) =>
    events.some((event) => event.vm === vm),
  );
  if (vms.length < 2 && vms[0] !== "base" && vms[0] !== "canary") return undefined;
  const names = vms.map((vm) => vmText[vm]).join(", ");
  if (!vms.includes("worker"))
    return <p className="vm-line">Shown: {names}. Envoy started no worker VM for this plugin.</p>;
  return (
    <p className="vm-line">
      <span>
        Envoy starts the plugin in {vms.length} VMs at concurrency 1: {names}. Shown:{" "}
        {everyVm ? "all" : "worker 0"}.
      </span>
      <button type="button" className="link" onClick={() => onToggle(!everyVm)}>
        {everyVm ? "Show worker 0 only" : "Show all"}
      </button>
    </p>
  );
}
