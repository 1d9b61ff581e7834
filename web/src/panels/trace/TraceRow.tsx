import { memo, useMemo } from "react";
import { describeEvent, glyphText, shortName } from "../../trace/describeEvent.ts";
import { numberOf, type Row } from "../../trace/rows.ts";
import { Glyph } from "../Glyph.tsx";
import { Mark } from "../Mark.tsx";
import { goTo } from "../../session/playground.ts";
import type { RunView } from "../useRun.ts";

/** One event. Cut texts have their whole in the title. */
export const TraceRow = memo(function TraceRow(props: {
  readonly run: RunView;
  readonly row: Row;
  /** Of all rows, the header being 1. */
  readonly index: number;
  /** In pixels, from the first row. */
  readonly top: number;
  readonly isSelected: boolean;
  readonly isAhead: boolean;
}) {
  const { run, row, index, top, isSelected, isAhead } = props;
  const { event, depth } = row;
  const described = useMemo(() => describeEvent(run.events, event), [run, event]);
  const isOfCall = described.glyph === "call" || described.glyph === "enter";
  // A failed call is said in its result; the tint is for what ends a connection, a VM, a plugin.
  const isTinted = described.failed && !isOfCall;
  const classes = [
    "trace-row",
    isAhead ? "ahead" : "",
    isTinted ? "failed" : "",
    described.failed && isOfCall ? "answered-badly" : "",
  ];
  return (
    <div
      role="row"
      id={`row-${event.seq}`}
      aria-rowindex={index}
      aria-level={depth + 1}
      aria-selected={isSelected}
      className={classes.filter(Boolean).join(" ")}
      style={{ top }}
      onClick={() => goTo(event.seq)}
    >
      <span role="gridcell" className="number">
        {numberOf(run.events, event.seq)}
      </span>
      <span role="gridcell" className="direction" title={glyphText[described.glyph]}>
        <Glyph glyph={described.glyph} />
      </span>
      <Whose run={run} connection={event.connection} />
      <span
        role="gridcell"
        className={`call ${described.glyph === "envoy" ? "envoy" : ""}`}
        style={depth === 0 ? undefined : { paddingLeft: 18 * depth }}
        title={described.name}
      >
        {depth === 0 ? undefined : <i className="elbow" />}
        {described.glyph === "return" ? (
          <>
            <span className="dim">return</span> {shortName(described).replace(/^return /, "")}
          </>
        ) : (
          shortName(described)
        )}
      </span>
      <span role="gridcell" className="args" title={described.args}>
        {event.vm === "worker" || described.glyph === "envoy" ? undefined : (
          <span className="dim">
            {event.vm} VM{described.args === "" ? "" : ", "}
          </span>
        )}
        {described.args}
      </span>
      <span role="gridcell" className="result" title={described.result}>
        {described.pending && !described.failed ? (
          <span className="dim">{described.result}</span>
        ) : (
          described.result
        )}
      </span>
    </div>
  );
});

function Whose(props: { readonly run: RunView; readonly connection: string | undefined }) {
  const { run, connection } = props;
  const state = run.states.find(({ facts }) => facts.id === connection);
  const name = connection === undefined ? "plugin" : `connection ${connection}`;
  return (
    <span role="gridcell" className="of" aria-label={name}>
      {state === undefined ? undefined : <Mark mark={state.mark} size={10} />}
    </span>
  );
}
