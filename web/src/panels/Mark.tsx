import { markColour, type MarkName } from "../trace/clusterMarks.ts";

/**
 * The shape of a cluster or of an outcome, as a drawing of its own or (with x and y) inside another.
 * Decorative: what it says is always also in words beside it.
 */
export function Mark(props: {
  readonly mark: MarkName;
  readonly size?: number;
  readonly x?: number;
  readonly y?: number;
  /** Ahead of the playhead: an outline. */
  readonly hollow?: boolean;
}) {
  const { mark, size = 12, x, y, hollow = false } = props;
  return (
    <svg
      className="mark"
      width={size}
      height={size}
      {...(x === undefined ? {} : { x, y })}
      viewBox="0 0 12 12"
      aria-hidden="true"
      fill={hollow ? "none" : "currentColor"}
      stroke={hollow ? "currentColor" : "none"}
      strokeWidth={1.6}
      color={markColour(mark).strong}
    >
      {shapes[mark]}
    </svg>
  );
}

const line = { fill: "none", stroke: "currentColor", strokeLinecap: "round" as const };
const shapes: Readonly<Record<MarkName, React.ReactNode>> = {
  r1: <circle cx="6" cy="6" r="4.6" />,
  r2: <rect x="1.8" y="1.8" width="8.4" height="8.4" />,
  r3: <path d="M6 .8 11.2 6 6 11.2.8 6z" />,
  r4: <path d="M6 .9 11.2 4.7 9.2 10.8H2.8L.8 4.7z" />,
  r5: <path d="M6 .6 7.5 4.3l4 .3-3.1 2.5 1 3.9L6 8.9l-3.4 2.1 1-3.9L.5 4.6l4-.3z" />,
  rd: <path d="M6 1.2 11.3 10.6H.7z" />,
  plain: <path d="M2 6h8" {...line} strokeWidth={2.2} />,
  bad: <path d="M2.2 2.2 9.8 9.8M9.8 2.2 2.2 9.8" {...line} strokeWidth={2.2} />,
  refused: (
    <>
      <circle cx="6" cy="6" r="4.4" {...line} strokeWidth={1.8} />
      <path d="M3 9 9 3" {...line} strokeWidth={1.8} />
    </>
  ),
  stalled: <path d="M3.6 2v8M8.4 2v8" {...line} strokeWidth={2.2} />,
  pending: <circle cx="6" cy="6" r="3.9" {...line} strokeWidth={1.4} />,
};
