import { useStore } from "../state/store.ts";
import { visibleRows } from "../trace/rows.ts";

/** What ran, what it is a simulation of, and where the data goes. */
export function StatusBar() {
  const run = useStore((state) => state.run);
  const set = useStore((state) => state.set);
  return (
    <footer className="status">
      <span>{run ? summary(run) : "Loading…"}</span>
      <span className="dim">same input gives the same trace</span>
      <span className="grow" />
      <span>
        Simulates Envoy 1.40.{" "}
        <button type="button" className="link" onClick={() => set({ dialog: "modelled" })}>
          What is modelled
        </button>
      </span>
      <span className="dim">Nothing leaves this page</span>
    </footer>
  );
}

type Run = NonNullable<ReturnType<typeof useStore.getState>["run"]>;

function summary({ status, events, document }: Run): string {
  const rows = visibleRows(events).length;
  const count = document.connections.length;
  const what = `${rows} events, ${count} ${count === 1 ? "connection" : "connections"}`;
  switch (status) {
    case "done":
      return `Ran ${what}`;
    case "running":
      return "Running…";
    case "timedOut":
      return `Stopped, out of time, after ${what}`;
    case "stopped":
      return `Stopped after ${what}`;
    case "failed":
      return "Failed";
  }
}
