import { markColour } from "../../trace/clusterMarks.ts";
import { fit, fitSans } from "../../trace/fitText.ts";
import type { FlowModel } from "../../trace/flowModel.ts";
import { Mark } from "../Mark.tsx";
import { Dot, Label, Tube } from "./parts.tsx";
import { mono, RAIL, type VerticalLayout } from "./verticalLayout.ts";

/** The ways from tcp_proxy down through each cluster; one of them is taken. */
export function VerticalClusters(props: {
  readonly model: FlowModel;
  readonly at: VerticalLayout;
  readonly width: number;
}) {
  const { model, at, width } = props;
  const { stations } = model.pipeline;
  const chosen = model.clusters.findIndex(({ isChosen }) => isChosen);
  const row = at.rows[chosen];
  const rail = at.rails[chosen] ?? RAIL;
  const reached = stations.cluster.progress;
  const down = `${at.destination - 24}L${RAIL} ${at.destination}`;
  // Half of the line for each, so that neither runs into the other.
  const half = (width - 30 - at.names - 18) / 2;
  return (
    <>
      {at.rails.map((x, index) =>
        index === chosen ? undefined : (
          <path
            key={index}
            className="not-taken"
            d={`M${RAIL} ${at.proxy}L${x} ${at.proxy + 20}V${down}`}
          />
        ),
      )}
      {row === undefined ? undefined : (
        <>
          <Tube
            d={`M${rail} ${row}V${down}`}
            progress={stations.destination.progress}
            colour={model.colour}
          />
          <Tube
            d={`M${RAIL} ${at.proxy}L${rail} ${at.proxy + 20}V${row}`}
            progress={
              reached === "failed"
                ? "done"
                : reached === "off"
                  ? stations.tcpProxy.progress
                  : reached
            }
            colour={model.colour}
          />
        </>
      )}
      {model.clusters.map((one, index) => {
        const y = at.rows[index] ?? 0;
        const colour = one.isChosen ? model.colour.strong : markColour(one.mark).strong;
        return (
          <g key={one.name}>
            <Dot
              x={at.rails[index] ?? RAIL}
              y={y}
              progress={one.isChosen ? reached : "off"}
              colour={model.colour}
            />
            <Mark mark={one.mark} x={at.names} y={y - 6} />
            <text
              x={at.names + 18}
              y={y + 4}
              className={`title ${one.isChosen ? "" : "not-chosen"}`}
              style={{ fill: colour }}
            >
              <title>{one.name}</title>
              {fitSans(one.short, half, 12.5)}
            </text>
            <Label
              x={width - 30}
              y={y + 4}
              kind="mono"
              anchor="end"
              tone={one.isGhost ? "bad" : "plain"}
              text={fit(one.endpoint, half - 6, mono)}
              full={one.endpoint}
            />
          </g>
        );
      })}
      {model.others.length === 0 ? undefined : (
        <Label
          x={at.names}
          y={(at.rows.at(-1) ?? 0) + 28}
          kind="small"
          text={`and ${model.others.length} more`}
          full={model.others.join(", ")}
        />
      )}
    </>
  );
}
