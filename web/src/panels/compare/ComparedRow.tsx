import { memo } from "react";
import { useCompare } from "../../state/compare.ts";
import type { RowPair } from "../../trace/compare/comparedRows.ts";
import { describeEvent, shortName } from "../../trace/describeEvent.ts";
import type { Events } from "../../trace/memoize.ts";
import { numberOf, type Row } from "../../trace/rows.ts";

const kindTexts = {
  same: ["", "same in both"],
  differs: ["≠", "differs"],
  onlyA: ["A", "only in A"],
  onlyB: ["B", "only in B"],
} as const;

/** One call of A beside the same call of B. */
export const ComparedRow = memo(function ComparedRow(props: {
  readonly a: Events;
  readonly b: Events;
  readonly pair: RowPair;
  readonly index: number;
  /** In pixels, from the first row. */
  readonly top: number;
  readonly isFirst: boolean;
  readonly isSelected: boolean;
}) {
  const { a, b, pair, index, top, isFirst, isSelected } = props;
  const [sign, meaning] = kindTexts[pair.kind];
  const classes = ["compared-row", pair.isInput ? "input-row" : pair.kind, isFirst ? "first" : ""];
  return (
    <div
      role="row"
      id={`pair-${index}`}
      aria-rowindex={index + 1}
      aria-selected={isSelected}
      className={classes.filter(Boolean).join(" ")}
      style={{ transform: `translateY(${top}px)` }}
      onClick={() => useCompare.getState().set({ row: index })}
    >
      <Side events={a} row={pair.a} name="A" />
      <span role="gridcell" className="sign">
        <span aria-hidden="true">{isFirst ? "first" : pair.isInput ? "input" : sign}</span>
        <span className="hidden">
          {isFirst ? "first difference, " : ""}
          {pair.isInput ? "input, " : ""}
          {meaning}
        </span>
      </span>
      <Side events={b} row={pair.b} name="B" />
    </div>
  );
});

function Side(props: {
  readonly events: Events;
  readonly row: Row | undefined;
  readonly name: string;
}) {
  const { events, row, name } = props;
  if (!row)
    return (
      <span role="gridcell" className="compared-side absent">
        <span className="hidden">no such call in {name}</span>
      </span>
    );
  const described = describeEvent(events, row.event);
  const { args, result, pending = false } = described;
  return (
    <span
      role="gridcell"
      className="compared-side"
      title={[described.name, args, result].filter(Boolean).join(" ")}
    >
      <span className="number">{numberOf(events, row.event.seq)}</span>
      <span className={`compared-call depth-${Math.min(row.depth, 3)}`}>
        {shortName(described)}
      </span>
      <span className="compared-text">
        {args} {pending ? "" : <span className="compared-result">{result}</span>}
      </span>
    </span>
  );
}
