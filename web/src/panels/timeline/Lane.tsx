import { memo } from "react";
import { useStore } from "../../state/store.ts";
import type { ConnectionState } from "../../trace/connections.ts";
import type { Bar } from "../../trace/timelineModel.ts";
import { Mark } from "../Mark.tsx";
import type { RunView } from "../useRun.ts";
import { LaneBar } from "./LaneBar.tsx";
import type { Scale } from "./scale.ts";

interface LaneProps {
  readonly run: RunView;
  readonly scale: Scale;
  readonly cursor: number | undefined;
  readonly selected: number | undefined;
  readonly isNarrow: boolean;
}

const TIER = { envoy: 0, callback: 1, call: 2 } as const;
const ROW = 18;
/** Heights in pixels, of a lane and of one that shows its rows apart. */
export const LANE = ROW + 8;
export const OPEN_LANE = 3 * ROW + 8;
const noBars: readonly Bar[] = [];

/** One connection; the chosen one shows Envoy, callbacks and host calls apart. */
export const Lane = memo(function Lane(
  props: LaneProps & {
    readonly state: ConnectionState;
    readonly index: number;
    readonly name: string;
    /** In pixels, from the first lane. */
    readonly top: number;
    readonly isChosen: boolean;
  },
) {
  const { run, state, index, name, top, isChosen, isNarrow } = props;
  const { facts, mark } = state;
  const selectConnection = useStore((store) => store.selectConnection);
  const source = run.document.connections[index]?.source ?? facts.id;
  const bars = props.scale.model.lanes.get(facts.id) ?? noBars;
  const isOpen = isChosen && bars.length > 0;
  const context = facts.contextId === undefined ? undefined : `context ${facts.contextId}`;
  return (
    <div
      className={`lane ${isChosen ? "chosen" : ""}`}
      style={{ top, height: isOpen ? OPEN_LANE : LANE }}
    >
      <button
        type="button"
        className="lane-name"
        aria-pressed={isChosen}
        title={[source, context].filter(Boolean).join(", ")}
        onClick={() => selectConnection(index)}
      >
        <span className="address">
          <Mark mark={mark} size={11} />
          <span className="clip">{name}</span>
          {isOpen || isNarrow || context === undefined ? undefined : <small>{context}</small>}
        </span>
        {isOpen && context !== undefined ? <span className="context">{context}</span> : undefined}
        {isOpen && !isNarrow ? (
          <span className="tiers">
            Envoy
            <br />
            callbacks
            <br />
            host calls
          </span>
        ) : undefined}
      </button>
      {bars.length === 0 ? (
        <span className="lane-empty">
          {state.outcome.kind === "refused" ? "not accepted, no events" : "no events"}
        </span>
      ) : undefined}
      <Bars {...props} bars={bars} isOpen={isOpen} />
    </div>
  );
});

/** What the plugin's own context, or a VM, did. */
export const PluginLane = memo(function PluginLane(props: LaneProps) {
  const bars = props.scale.model.lanes.get(undefined) ?? noBars;
  return (
    <div className="lane" style={{ height: LANE }}>
      <span className="lane-name">
        <span className="address">
          plugin
          {props.isNarrow ? undefined : <small>context 1</small>}
        </span>
      </span>
      <Bars {...props} bars={bars} isOpen={false} />
    </div>
  );
});

function Bars(
  props: LaneProps & {
    readonly bars: readonly Bar[];
    readonly isOpen: boolean;
  },
) {
  const { run, bars, scale, cursor, selected, isOpen } = props;
  return bars.map((bar) => {
    if (!isOpen && bar.tier === "call") return undefined;
    const place = scale.place(bar);
    if (place === undefined) return undefined;
    return (
      <LaneBar
        key={bar.seq}
        run={run}
        bar={bar}
        x={Math.round(place.x)}
        width={Math.round(place.width)}
        top={4 + (isOpen ? ROW * TIER[bar.tier] : 0)}
        mark={bar.cluster === undefined ? "pending" : (run.marks.get(bar.cluster) ?? "bad")}
        isAhead={cursor !== undefined && bar.seq > cursor}
        isSelected={bar.seq === selected}
      />
    );
  });
}
