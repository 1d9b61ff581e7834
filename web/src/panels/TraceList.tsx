import { useDeferredValue, useState } from "react";
import { useRun } from "./useRun.ts";
import { allRows, visibleRows } from "../trace/rows.ts";
import { searchRows } from "../trace/searchRows.ts";
import { TraceGrid } from "./trace/TraceGrid.tsx";

/** Every call and event of the run, one a row. */
export function TraceList() {
  const run = useRun();
  const [search, setSearch] = useState("");
  const [everyVm, setEveryVm] = useState(false);
  const wanted = useDeferredValue(search);
  const shown = everyVm ? allRows(run.events) : visibleRows(run.events);
  const rows = searchRows(run.events, shown, wanted);
  return (
    <>
      <input
        id="trace-search"
        className="input trace-search"
        type="search"
        placeholder="Filter calls  /"
        aria-label="Filter calls"
        autoComplete="off"
        spellCheck={false}
        value={search}
        onChange={(event) => setSearch(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== "Escape" || search === "") return;
          // The first Escape clears; the next one goes on to whoever wants it.
          event.stopPropagation();
          setSearch("");
        }}
      />
      <TraceGrid run={run} rows={rows}>
        <VmLine events={run.events} everyVm={everyVm} onToggle={setEveryVm} />
        {rows.length === 0 && wanted !== "" ? (
          <p className="trace-empty" role="status">
            <b>No event matches “{wanted}”.</b> Search looks at call names, arguments and results.
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
