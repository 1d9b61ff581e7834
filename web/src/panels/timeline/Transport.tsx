import { useStore } from "../../state/store.ts";
import { callLetters } from "../../trace/describeCall.ts";
import { describeEvent } from "../../trace/describeEvent.ts";
import { eventAt } from "../../trace/memoize.ts";
import { lastAtOrBefore, numberOf, type Row } from "../../trace/rows.ts";
import { movePlayhead, step } from "../../session/playground.ts";
import type { RunView } from "../useRun.ts";
import type { Axis } from "./scale.ts";

/** Steps through the run, says where the playhead is, chooses the axis. */
export function Transport(props: {
  readonly run: RunView;
  readonly rows: readonly Row[];
  readonly axis: Axis;
  /** False: the whole run is one instant. */
  readonly hasTime: boolean;
  readonly letters: readonly string[];
  readonly onAxis: (axis: Axis) => void;
}) {
  const { run, rows, axis, hasTime, letters, onAxis } = props;
  const cursor = useStore((state) => state.cursor);
  const playing = useStore((state) => state.playing);
  const set = useStore((state) => state.set);
  const key = letters.map((letter) => `${letter} ${callLetters[letter] ?? ""}`).join(", ");
  const buttons = [
    {
      name: "First event",
      key: "Home",
      icon: icons.first,
      act: () => movePlayhead(rows[0]?.event.seq),
    },
    {
      name: "Back one event",
      key: "Left arrow",
      icon: icons.back,
      act: () => step(-1),
    },
    {
      name: playing ? "Pause" : "Play",
      key: "Space",
      icon: playing ? icons.pause : icons.play,
      act: () => set({ playing: !playing }),
    },
    {
      name: "Forward one event",
      key: "Right arrow",
      icon: icons.forward,
      act: () => step(1),
    },
    {
      name: "Step over, past what happens inside",
      key: "Shift Right arrow",
      icon: icons.over,
      act: () => step(1, "over"),
    },
    {
      name: "Step out of the call around",
      key: "Shift Up arrow",
      icon: icons.out,
      act: () => step(1, "out"),
    },
    {
      name: "Last event",
      key: "End",
      icon: icons.last,
      act: () => movePlayhead(rows.at(-1)?.event.seq),
    },
  ];
  return (
    <div className="transport">
      <div className="transport-buttons" role="group" aria-label="Step through the run">
        {buttons.map(({ name, key, icon, act }) => (
          <button
            key={key}
            type="button"
            className="button icon small"
            aria-label={name}
            title={`${name} (${key})`}
            disabled={rows.length === 0}
            onClick={act}
          >
            <svg width="14" height="14" viewBox="0 0 16 16" aria-hidden="true">
              {icon}
            </svg>
          </button>
        ))}
      </div>
      {cursor === undefined ? (
        <>
          <span className="where">Whole run</span>
          <span className="clip whole">
            {rows.length} events. <kbd>→</kbd> steps.
          </span>
          <span className="clip letters" title={key}>
            {key}
          </span>
        </>
      ) : (
        <Where run={run} rows={rows} cursor={cursor} />
      )}
      <div className="segmented" role="group" aria-label="Horizontal axis">
        {(["order", "time"] as const).map((one) => (
          <button
            key={one}
            type="button"
            aria-pressed={axis === one}
            disabled={one === "time" && !hasTime}
            title={
              one === "time" && !hasTime
                ? "Everything happens at one instant of virtual time; give steps a delay to spread them"
                : undefined
            }
            onClick={() => onAxis(one)}
          >
            {one === "order" ? "Order" : "Time"}
          </button>
        ))}
      </div>
    </div>
  );
}

function Where(props: {
  readonly run: RunView;
  readonly rows: readonly Row[];
  readonly cursor: number;
}) {
  const { run, rows, cursor } = props;
  const event = eventAt(run.events, cursor);
  const described = event && describeEvent(run.events, event);
  const call =
    described &&
    `${described.glyph === "return" ? "return from " : ""}${described.name}${described.args === "" ? "" : `(${described.args})`}`;
  return (
    <>
      <span className="where">
        <b>#{numberOf(run.events, cursor)}</b>{" "}
        <span className="dim">
          {lastAtOrBefore(rows, cursor) + 1} of {rows.length}
        </span>
      </span>
      <span className="clip now" title={call}>
        {call}
      </span>
      <button type="button" className="link" title="Esc" onClick={() => movePlayhead(undefined)}>
        Whole run
      </button>
    </>
  );
}

const solid = {
  fill: "currentColor",
  stroke: "currentColor",
  strokeWidth: 1.2,
  strokeLinejoin: "round",
} as const;
const line = {
  fill: "none",
  stroke: "currentColor",
  strokeWidth: 1.6,
  strokeLinecap: "round",
  strokeLinejoin: "round",
} as const;
const icons = {
  first: <path {...solid} d="M4 3.5v9M12.5 3.5 7 8l5.5 4.5z" />,
  back: <path {...solid} d="M10.5 3.5 5.5 8l5 4.5z" />,
  play: <path {...solid} d="M5 3.2v9.6L12.5 8z" />,
  pause: <path {...solid} d="M5 3.5v9M11 3.5v9" strokeWidth={2.6} />,
  forward: <path {...solid} d="M5.5 3.5l5 4.5-5 4.5z" />,
  over: <path {...line} d="M2.5 9.5C3.5 4.5 11 3.5 13 8.5M13.5 4.5v4.3H9.2M7 13h2" />,
  out: <path {...line} d="M8 11V3M4.2 6.6 8 2.8l3.8 3.8M4.5 13.4h7" />,
  last: <path {...solid} d="M12 3.5v9M3.5 3.5 9 8l-5.5 4.5z" />,
};
