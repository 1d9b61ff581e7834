import { useMemo } from "react";
import { useCompare } from "../../state/compare.ts";
import { useStore, type Run } from "../../state/store.ts";
import { markColour } from "../../trace/clusterMarks.ts";
import type { RowPair } from "../../trace/compare/comparedRows.ts";
import {
  changedConnections,
  comparedVerdict,
  type SideVerdict,
} from "../../trace/compare/verdict.ts";
import { countOf } from "../../trace/formatCount.ts";
import { connectionId } from "../../trace/connections.ts";
import { numberOf } from "../../trace/rows.ts";
import { Mark } from "../Mark.tsx";

/** Both outcomes in one sentence, and where the two traces part. */
export function CompareHead(props: {
  readonly runA: Run | undefined;
  readonly runB: Run | undefined;
  readonly first: RowPair | undefined;
  readonly differences: number;
  readonly inputs: number;
}) {
  const { runA, runB, first, differences, inputs } = props;
  const connection = useStore((state) => state.connection);
  const verdict = useMemo(
    () => runA && runB && comparedVerdict(runA, runB, connection),
    [runA, runB, connection],
  );
  const changed = useMemo(() => (runA && runB ? changedConnections(runA, runB) : []), [runA, runB]);
  if (!runA || !runB || !verdict)
    return (
      <section className="verdict" aria-label="Outcome of both">
        <h2>{runA && runB ? "No connections. Add one to compare." : "Running"}</h2>
      </section>
    );
  return (
    <section
      className={`verdict ${verdict.isSame ? "plain" : "warn"}`}
      aria-label="Outcome of both"
    >
      <h2>
        <span className="subject">{verdict.subject}</span> <Says side={verdict.a} />{" "}
        <span className="dim">{verdict.isSame ? "in both" : "in A,"}</span>{" "}
        {!verdict.isSame && (
          <>
            <Says side={verdict.b} /> <span className="dim">in B</span>
          </>
        )}
      </h2>
      <p>
        {first ? (
          <>
            {countOf(differences, "call differs", "calls differ")}, first{" "}
            <First runA={runA} runB={runB} pair={first} />.{" "}
          </>
        ) : (
          "No call differs. "
        )}
        {inputs > 0 &&
          `${countOf(inputs, "row", "rows")} marked input: the configurations differ themselves, which counts as no behaviour. `}
        <Others runA={runA} changed={changed} />
      </p>
      {runB.status === "timedOut" && <p>{runB.message}</p>}
    </section>
  );
}

function Says({ side }: { readonly side: SideVerdict }) {
  return (
    <span className="object" style={{ color: markColour(side.mark).strong }}>
      <Mark mark={side.mark} size={14} />
      {side.says}
    </span>
  );
}

/** Where the first difference is; leads there. */
function First(props: { readonly runA: Run; readonly runB: Run; readonly pair: RowPair }) {
  const { runA, runB, pair } = props;
  const numberA = pair.a && numberOf(runA.events, pair.a.event.seq);
  const numberB = pair.b && numberOf(runB.events, pair.b.event.seq);
  const places =
    numberA === numberB
      ? [`#${numberA}`]
      : [numberA && `#${numberA} of A`, numberB && `#${numberB} of B`].filter(Boolean);
  return (
    <button
      type="button"
      className="event-link"
      title="Show the first difference"
      onClick={() => useCompare.getState().set({ tab: "trace", row: undefined })}
    >
      {places.join(", ")}
    </button>
  );
}

/** The other connections that end otherwise. */
function Others({ runA, changed }: { readonly runA: Run; readonly changed: readonly number[] }) {
  const connection = useStore((state) => state.connection);
  const selectConnection = useStore((state) => state.selectConnection);
  const count = runA.document.connections.length;
  if (count < 2) return undefined;
  const others = changed.filter((index) => index !== connection);
  return (
    <>
      {changed.length === 0
        ? "All connections end alike."
        : `${changed.length} of ${count} connections end otherwise in B`}
      {others.length > 0 && ": "}
      {others.slice(0, 5).map((index) => (
        <button
          key={index}
          type="button"
          className="event-link other-connection"
          onClick={() => {
            selectConnection(index);
            useCompare.getState().set({ row: undefined });
          }}
        >
          {connectionId(runA.document, index)} {runA.document.connections[index]?.source}
        </button>
      ))}
      {changed.length > 0 && others.length === 0 && "."}
    </>
  );
}
