import { useEffect, useMemo } from "react";
import { compareAt } from "../../session/compare/compare.ts";
import { downloadChanges, stopBoth, sweepBoth } from "../../session/compare/sweepBoth.ts";
import { closePool, openPool } from "../../session/sweep/sweep.ts";
import { documentOfB, moduleOfB, useCompare, type ComparedSweep } from "../../state/compare.ts";
import { useStore } from "../../state/store.ts";
import {
  changesText,
  matrixOf,
  routeChanges,
  type RouteChange,
  type RouteChanges,
} from "../../trace/compare/routeChanges.ts";
import { formatCount } from "../../trace/formatCount.ts";
import type { OutcomeText } from "../../trace/sweep/outcomes.ts";
import { Mark } from "../Mark.tsx";
import { Progress } from "../results/Progress.tsx";
import { SweepForm } from "../sweep/SweepForm.tsx";

/** More outcomes than this make no matrix that anybody reads: they are listed. */
const MOST_COLUMNS = 8;
const MOST_LISTED = 50;

/** The same addresses asked of A and of B: which go elsewhere. */
export function CompareSweep() {
  const sweep = useCompare((state) => state.sweep);
  const isStale = useIsStale(sweep);
  const isRunning = sweep?.status === "running";
  useEffect(() => {
    openPool();
    return () => {
      stopBoth();
      closePool();
    };
  }, []);
  useEffect(() => {
    if (!isRunning) return;
    const escape = (event: KeyboardEvent) => {
      if (event.key !== "Escape") return;
      event.preventDefault();
      stopBoth();
    };
    addEventListener("keydown", escape, { capture: true });
    return () => removeEventListener("keydown", escape, { capture: true });
  }, [isRunning]);
  const changes = useMemo(
    () => sweep && routeChanges(sweep.a, sweep.b, sweep.documents[0]),
    [sweep],
  );
  return (
    <div className="sweep compare-sweep">
      <SweepForm isRunning={isRunning} onSweep={sweepBoth} onStop={stopBoth} />
      {!sweep && <p className="note compare-note">Sweep, and see which addresses change route.</p>}
      {sweep?.status === "failed" && (
        <div className="line notice bad" role="alert">
          <p>{sweep.message}</p>
        </div>
      )}
      {sweep?.status === "stopped" && (
        <div className="line notice" role="status">
          <p>Stopped. What both sides have answered:</p>
        </div>
      )}
      {isStale && !isRunning && (
        <div className="line notice" role="status">
          <p>A or B changed.</p>
          <button type="button" className="link" onClick={sweepBoth}>
            Sweep again
          </button>
        </div>
      )}
      {sweep && changes && (
        <div className={isStale ? "stale" : undefined}>
          <Result sweep={sweep} changes={changes} />
        </div>
      )}
    </div>
  );
}

function useIsStale(sweep: ComparedSweep | undefined): boolean {
  const document = useStore((state) => state.document);
  const moduleA = useStore((state) => state.module);
  const { choice, fetched, override } = useCompare();
  if (!sweep) return false;
  const key = (one: typeof document) => JSON.stringify({ ...one, connections: [] });
  return (
    sweep.modules[0] !== moduleA ||
    sweep.modules[1] !== moduleOfB({ choice, fetched }, moduleA) ||
    key(sweep.documents[0]) !== key(document) ||
    key(sweep.documents[1]) !== key(documentOfB(override, document))
  );
}

function Result({
  sweep,
  changes,
}: {
  readonly sweep: ComparedSweep;
  readonly changes: RouteChanges;
}) {
  const subject = sweep.plan.destinations.length > 1 ? "connection" : "address";
  const total = 2 * sweep.a.codes.length;
  return (
    <>
      <section className="verdict" aria-label="Changed routes">
        <h2>{changesText(changes, subject)}</h2>
        <p>
          {formatCount(sweep.done)} of {formatCount(total)} asked in{" "}
          {formatCount(Math.round(sweep.took))} ms: {sweep.modules[0].name} (A), then{" "}
          {sweep.modules[1].name} (B).
        </p>
        {sweep.status === "running" && (
          <Progress name="Addresses asked" done={sweep.done} of={total} />
        )}
      </section>
      {changes.asked > 0 && <Matrix changes={changes} sweep={sweep} />}
      <p className="compare-export">
        <button
          type="button"
          className="button small"
          disabled={changes.changed === 0}
          onClick={() => downloadChanges(changes)}
        >
          Download changed routes as CSV
        </button>
      </p>
    </>
  );
}

interface Shown {
  readonly changes: RouteChanges;
  readonly sweep: ComparedSweep;
}

/** Outcomes of A down, outcomes of B across. */
function Matrix({ changes, sweep }: Shown) {
  const { from, to, cell } = matrixOf(changes);
  if (from.length > MOST_COLUMNS || to.length > MOST_COLUMNS)
    return <List changes={changes} sweep={sweep} />;
  return (
    <div className="matrix-scroll" tabIndex={0} role="region" aria-label="Routes of A and B">
      <table className="matrix">
        <caption className="hidden">Outcome in A by outcome in B</caption>
        <thead>
          <tr>
            <td>A ↓ B →</td>
            {to.map((text) => (
              <th key={text.code} scope="col">
                <Named text={text} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {from.map((row) => (
            <tr key={row.code}>
              <th scope="row">
                <Named text={row} />
              </th>
              {to.map((column) => (
                <td key={column.code} className={row === column ? "stays" : undefined}>
                  <Count change={cell(row, column)} sweep={sweep} isStay={row === column} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function List({ changes, sweep }: Shown) {
  const pairs = changes.pairs.filter(({ from, to }) => from !== to);
  return (
    <ul className="matrix-list" aria-label="Changed routes">
      {pairs.slice(0, MOST_LISTED).map((pair) => (
        <li key={`${pair.from.code} ${pair.to.code}`}>
          <Named text={pair.from} /> → <Named text={pair.to} />
          <Count change={pair} sweep={sweep} isStay={false} />
        </li>
      ))}
      {pairs.length > MOST_LISTED && (
        <li className="dim">{pairs.length - MOST_LISTED} more in the CSV</li>
      )}
    </ul>
  );
}

function Named({ text }: { readonly text: OutcomeText }) {
  return (
    <span className="named">
      <Mark mark={text.mark} />
      {text.name}
    </span>
  );
}

function Count(props: {
  readonly change: RouteChange | undefined;
  readonly sweep: ComparedSweep;
  readonly isStay: boolean;
}) {
  const { change, sweep, isStay } = props;
  if (!change) return <span className="dim">0</span>;
  const { list } = sweep;
  return (
    <>
      <b>{formatCount(change.count)}</b>
      {!isStay &&
        change.first.map((index) => (
          <button
            key={index}
            type="button"
            className="event-link place"
            title="Compare the calls of this connection"
            onClick={() => compareAt(index)}
          >
            {list.at(index % list.count)}
          </button>
        ))}
    </>
  );
}
