import { useMemo, useRef } from "react";
import { laneNames, laneView } from "../../trace/timelineModel.ts";
import { useRowsInView } from "../useRowsInView.ts";
import type { RunView } from "../useRun.ts";
import { LANE, Lane, OPEN_LANE, PluginLane } from "./Lane.tsx";
import type { Scale } from "./scale.ts";

/** A lane for the plugin and one for each connection, of which those in view are in the document. */
export function Lanes(props: {
  readonly run: RunView;
  readonly scale: Scale;
  readonly cursor: number | undefined;
  readonly selected: number | undefined;
  /** Index of the connection whose lane is open. */
  readonly chosen: number;
  readonly isNarrow: boolean;
}) {
  const { run, scale, cursor, selected, chosen, isNarrow } = props;
  const { states, document } = run;
  const { lanes: bars } = scale.model;
  const names = useMemo(() => laneNames(document), [document]);
  const scroller = useRef<HTMLDivElement>(null);
  const count = states.length;
  const id = states[chosen]?.facts.id;
  const isOpen = id !== undefined && bars.has(id);
  const extra = isOpen ? OPEN_LANE - LANE : 0;
  // The open lane is higher than the others; the rows to spare beside those in view make up for it.
  const inView = useRowsInView(scroller, {
    count,
    height: LANE,
    above: LANE,
    revealed: chosen < count ? chosen : undefined,
    extra,
  });
  const topOf = (index: number) => LANE * (index + 1) + (index > chosen ? extra : 0);

  return (
    <div className="lanes" ref={scroller}>
      <div style={{ height: topOf(count) }}>
        <PluginLane
          run={run}
          scale={scale}
          isNarrow={isNarrow}
          {...laneView(scale.model, undefined, cursor, selected)}
        />
        {states.slice(inView.first, inView.last + 1).map((state, offset) => {
          const index = inView.first + offset;
          return (
            <Lane
              key={state.facts.id}
              run={run}
              state={state}
              index={index}
              name={names[index] ?? state.facts.id}
              top={topOf(index)}
              scale={scale}
              isChosen={index === chosen}
              isNarrow={isNarrow}
              {...laneView(scale.model, state.facts.id, cursor, selected)}
            />
          );
        })}
      </div>
    </div>
  );
}
