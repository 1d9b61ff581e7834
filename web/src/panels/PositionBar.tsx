import { movePlayhead, step } from "../session/playground.ts";
import { useStore, type NarrowPane } from "../state/store.ts";
import { describeEvent, sentence, shortName } from "../trace/describeEvent.ts";
import { eventAt } from "../trace/memoize.ts";
import { lastAtOrBefore, numberOf, visibleRows } from "../trace/rows.ts";

/** Narrow screens: where the run stands, and which panel is shown. */
export function NarrowBars() {
  return (
    <>
      <PositionBar />
      <NarrowTabs />
    </>
  );
}

/** The playhead as a slider between two buttons. */
function PositionBar() {
  const events = useStore((state) => state.run?.events ?? nothing);
  const cursor = useStore((state) => state.cursor);
  const rows = visibleRows(events);
  const at = cursor === undefined ? rows.length - 1 : lastAtOrBefore(rows, cursor);
  const event = eventAt(events, cursor);
  return (
    <section className="position" aria-label="Run position">
      <button type="button" aria-label="Step back" onClick={() => step(-1)}>
        <Triangle points="10,3 10,13 3,8" />
      </button>
      <div>
        <p className="clip">
          {event ? (
            <>
              <b>#{numberOf(events, event.seq)}</b> {shortName(describeEvent(events, event))}
            </>
          ) : (
            `Whole run, ${rows.length} events`
          )}
        </p>
        <input
          type="range"
          aria-label="Playhead"
          aria-valuetext={event ? sentence(events, event) : "Whole run"}
          min={0}
          max={Math.max(0, rows.length - 1)}
          value={Math.max(0, at)}
          onChange={({ target }) => movePlayhead(rows[Number(target.value)]?.event.seq)}
        />
      </div>
      <button type="button" aria-label="Step forward" onClick={() => step(1)}>
        <Triangle points="3,3 3,13 10,8" />
      </button>
    </section>
  );
}
const nothing: [] = [];

function Triangle({ points }: { readonly points: string }) {
  return (
    <svg width="13" height="16" viewBox="0 0 13 16" aria-hidden="true">
      <polygon points={points} fill="currentColor" />
    </svg>
  );
}

const panes: readonly { readonly id: NarrowPane; readonly name: string }[] = [
  { id: "flow", name: "Flow" },
  { id: "trace", name: "Trace" },
  { id: "call", name: "Call" },
  { id: "scenario", name: "Scenario" },
];

function NarrowTabs() {
  const pane = useStore((state) => state.pane);
  const set = useStore((state) => state.set);
  return (
    <nav className="narrow-tabs" aria-label="Panels">
      {panes.map(({ id, name }) => (
        <button key={id} type="button" aria-pressed={pane === id} onClick={() => set({ pane: id })}>
          {name}
        </button>
      ))}
    </nav>
  );
}
