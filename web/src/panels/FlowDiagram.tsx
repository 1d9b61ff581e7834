import { lazy, Suspense, useMemo, useRef } from "react";
import { useStore } from "../state/store.ts";
import { flowModel } from "../trace/flowModel.ts";
import { stationOf } from "../trace/pipeline.ts";
import { HorizontalFlow } from "./flow/HorizontalFlow.tsx";
import { useRun, useSelectedConnection, useSelectedEvent } from "./useRun.ts";
import { useNarrow } from "./useNarrow.ts";
import { useSize } from "./useSize.ts";

/** Wide screens never load it. */
const VerticalFlow = lazy(async () => ({
  default: (await import("./flow/VerticalFlow.tsx")).VerticalFlow,
}));

/** Below this the stations stand below one another. */
const HORIZONTAL = 620;
/** Heights of the screen below which the flow leaves its room to timeline and trace. */
const LOW = 820;
const LOWEST = 790;

/** The way of the selected connection through Envoy. */
export function FlowDiagram() {
  const frame = useRef<HTMLElement>(null);
  const { width, screenHeight } = useSize(frame);
  const run = useRun();
  const index = useStore((state) => state.connection);
  const cursor = useStore((state) => state.cursor);
  const isNarrow = useNarrow();
  const moduleName = useStore((state) => state.run?.module?.name) ?? "wasmerang.wasm";
  const connection = useSelectedConnection(run);
  const selected = useSelectedEvent(run);
  const isLow = !isNarrow && screenHeight < LOW;
  const room = !isLow ? "full" : screenHeight < LOWEST ? "lowest" : "low";
  const maxClusters = room === "full" ? 8 : room === "low" ? 4 : 3;
  const model = useMemo(
    () =>
      connection &&
      flowModel(connection, {
        events: run.events,
        document: run.document,
        marks: run.marks,
        index,
        cursor,
        moduleName,
        maxClusters,
      }),
    [connection, run, index, cursor, moduleName, maxClusters],
  );
  const isHere = selected?.connection === undefined || selected.connection === connection?.facts.id;
  const tag =
    selected === undefined || !isHere
      ? undefined
      : { seq: selected.seq, station: stationOf(run.events, selected) };
  return (
    <section className="flow" aria-label="Flow" ref={frame}>
      {model === undefined || width === 0 ? undefined : width < HORIZONTAL ? (
        <Suspense fallback={null}>
          <VerticalFlow
            model={model}
            width={Math.max(300, width)}
            tag={tag}
            isWhole={cursor === undefined}
            isDense={!isNarrow}
          />
        </Suspense>
      ) : (
        <HorizontalFlow
          model={model}
          width={width}
          room={room}
          tag={tag}
          isWhole={cursor === undefined}
        />
      )}
    </section>
  );
}
