import { memo } from "react";
import { markColour, type MarkName } from "../../trace/clusterMarks.ts";
import { formatCount } from "../../trace/formatCount.ts";
import { PENDING, type OutcomeText } from "../../trace/sweep/outcomes.ts";
import { Mark } from "../Mark.tsx";

type Shares = readonly { readonly code: number; readonly count: number }[];
type Texts = ReadonlyMap<number, OutcomeText>;

/** A smaller part of the bar has no room for a shape. */
const LEAST_SHAPED = 0.2;

/** One address or block. A block of several outcomes has a bar of their shares. */
export const HeatCell = memo(
  function HeatCell(props: {
    readonly index: number;
    readonly label: string;
    readonly name: string;
    readonly shares: Shares;
    readonly texts: Texts;
    readonly isSelected: boolean;
  }) {
    const { index, label, name, shares, texts, isSelected } = props;
    const only = shares.length === 1 ? markOf(shares[0]?.code, texts) : undefined;
    const text = `${name}: ${cellText(shares, texts)}`;
    return (
      <div
        role="gridcell"
        id={`cell-${index}`}
        data-index={index}
        className={`heat-cell ${only ?? "mixed"}`}
        aria-selected={isSelected}
        aria-label={text}
        style={
          only && only !== "rd"
            ? { background: markColour(only).tint, color: markColour(only).strong }
            : {}
        }
      >
        <span className="heat-label">
          {only && <Mark mark={only} size={8} />}
          {label}
        </span>
        {!only && <Bar shares={shares} texts={texts} />}
      </div>
    );
  },
  (before, after) =>
    before.isSelected === after.isSelected &&
    before.name === after.name &&
    before.index === after.index &&
    sharesKey(before) === sharesKey(after),
);

/** Codes mean something for one table only, so their marks and names are part of it. */
const sharesKey = ({ shares, texts }: { readonly shares: Shares; readonly texts: Texts }) =>
  shares
    .map(({ code, count }) => `${code} ${texts.get(code)?.name} ${markOf(code, texts)} ${count}`)
    .join();

function Bar({ shares, texts }: { readonly shares: Shares; readonly texts: Texts }) {
  const total = shares.reduce((sum, { count }) => sum + count, 0);
  return (
    <span className="heat-bar" aria-hidden="true">
      {shares.map(({ code, count }) => {
        const mark = markOf(code, texts);
        // The style sheet has a hatching and a pale ground for these.
        const isPlain = mark === "rd" || mark === "pending";
        return (
          <i
            key={code}
            className={mark}
            style={{ flexGrow: count, background: isPlain ? "" : markColour(mark).strong }}
          >
            {count / total >= LEAST_SHAPED && <Mark mark={mark} size={8} />}
          </i>
        );
      })}
    </span>
  );
}

function markOf(code: number | undefined, texts: Texts): MarkName {
  return code === undefined || code === PENDING ? "pending" : (texts.get(code)?.mark ?? "plain");
}

/** `egress1`, or `128 egress1, 128 egress2` for a block. */
export function cellText(shares: Shares, texts: Texts): string {
  const isOne = shares.length === 1 && shares[0]?.count === 1;
  return shares
    .map(({ code, count }) => {
      const name = code === PENDING ? "not asked yet" : (texts.get(code)?.name ?? "");
      return isOne ? name : `${formatCount(count)} ${name}`;
    })
    .join(", ");
}
