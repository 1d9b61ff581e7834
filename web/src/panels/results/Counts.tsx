import "../../styles/results.css";
import type { ReactNode } from "react";
import { markColour, type MarkName } from "../../trace/clusterMarks.ts";
import { formatCount } from "../../trace/formatCount.ts";
import { Mark } from "../Mark.tsx";

/** How often each outcome came, with its shape: the key of what is below. */
export function Counts(props: {
  readonly outcomes: readonly {
    readonly key: string | number;
    readonly mark: MarkName;
    readonly name: string;
    readonly count: number;
    /** Such as `50%`. */
    readonly share?: string;
  }[];
  /** A last line on outcomes that are not here. */
  readonly children?: ReactNode;
}) {
  return (
    <ul className="result-counts" aria-label="Outcomes">
      {props.outcomes.map(({ key, mark, name, count, share }) => (
        <li key={key}>
          <Mark mark={mark} />
          <span style={{ color: markColour(mark).strong }}>{name}</span>
          <b>{formatCount(count)}</b>
          {share !== undefined && <span className="dim">{share}</span>}
        </li>
      ))}
      {props.children}
    </ul>
  );
}
