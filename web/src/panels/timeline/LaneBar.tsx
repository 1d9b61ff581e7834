import { memo } from "react";
import type { MarkName } from "../../trace/clusterMarks.ts";
import { markColour } from "../../trace/clusterMarks.ts";
import { sentence } from "../../trace/describeEvent.ts";
import { fit } from "../../trace/fitText.ts";
import { eventAt } from "../../trace/memoize.ts";
import type { Bar } from "../../trace/timelineModel.ts";
import { Mark } from "../Mark.tsx";
import { goTo } from "../../session/playground.ts";
import type { RunView } from "../useRun.ts";

/** 11 px IBM Plex Mono. */
const ADVANCE = 6.6;

/** A callback, a host call, or something that Envoy did. */
export const LaneBar = memo(function LaneBar(props: {
  readonly run: RunView;
  readonly bar: Bar;
  readonly x: number;
  readonly width: number;
  readonly top: number;
  readonly mark: MarkName;
  readonly isAhead: boolean;
  readonly isSelected: boolean;
}) {
  const { run, bar, x, width, top, mark, isAhead, isSelected } = props;
  const { tier, failed, isCut, isRoute, isTrap } = bar;
  const classes = [
    "bar",
    isTrap ? "trapped" : tier,
    failed ? "failed" : "",
    isCut ? "cut" : "",
    isAhead ? "ahead" : "",
    isSelected ? "selected" : "",
  ];
  const colour = failed ? "var(--bad)" : isRoute ? markColour(mark).strong : undefined;
  return (
    <span
      className={classes.filter(Boolean).join(" ")}
      aria-hidden="true"
      style={{
        left: x,
        top,
        width,
        ...(colour === undefined ? {} : ({ "--bar": colour } as React.CSSProperties)),
      }}
      onClick={() => goTo(bar.seq)}
      // The text is made when a pointer asks for it, not for every bar at every step.
      onPointerEnter={(pointer) => {
        const event = eventAt(run.events, bar.seq);
        if (event !== undefined) pointer.currentTarget.title = sentence(run.events, event);
      }}
    >
      {content(bar, width, mark, isAhead)}
    </span>
  );
});

function content(bar: Bar, width: number, mark: MarkName, isAhead: boolean): React.ReactNode {
  if (bar.isTrap) return <Mark mark="bad" size={10} />;
  switch (bar.tier) {
    case "call":
      return width >= 9 ? bar.letter : undefined;
    case "callback": {
      const room = width - 6;
      if (room >= bar.label.length * ADVANCE) return bar.label;
      return room > 30 ? fit(bar.label, room, ADVANCE) : undefined;
    }
    case "envoy":
      if (bar.failed) return <Mark mark="bad" hollow={isAhead} />;
      return bar.isRoute ? <Mark mark={mark} hollow={isAhead} /> : <i />;
  }
}
