import { fit, fitSans, monoWidth } from "../../trace/fitText.ts";
import type { FlowModel } from "../../trace/flowModel.ts";
import { markColour } from "../../trace/clusterMarks.ts";
import { Mark } from "../Mark.tsx";
import type { HorizontalLayout } from "./horizontalLayout.ts";
import { Dot, Label, Tube } from "./parts.tsx";

/** The ways from tcp_proxy through each cluster to the destination; one of them is taken. */
export function ClusterFan({
  model,
  at,
}: {
  readonly model: FlowModel;
  readonly at: HorizontalLayout;
}) {
  const { y, proxy, cluster, fan, merge, destination, rows } = at;
  const { stations } = model.pipeline;
  const toCluster = (row: number) => `M${proxy} ${y}H${fan[0]}L${fan[1]} ${row}H${cluster}`;
  const fromCluster = (row: number) =>
    `M${cluster} ${row}H${merge[0]}${row === y ? `H${merge[1]}` : `L${merge[1]} ${y}`}H${destination}`;
  const chosen = model.clusters.findIndex(({ isChosen }) => isChosen);
  const chosenRow = rows[chosen];
  const reached = stations.cluster.progress === "failed" ? "done" : stations.cluster.progress;
  return (
    <>
      {rows.map((row, index) =>
        index === chosen ? undefined : (
          <path
            key={index}
            className="not-taken"
            d={`${toCluster(row)}${fromCluster(row).replace(/^M\S+ \S+?(?=[HL])/, "")}`}
          />
        ),
      )}
      {chosenRow === undefined ? undefined : (
        <>
          <Tube
            d={fromCluster(chosenRow)}
            progress={stations.destination.progress}
            colour={model.colour}
          />
          <Tube
            d={toCluster(chosenRow)}
            progress={reached === "off" ? stations.tcpProxy.progress : reached}
            colour={model.colour}
          />
        </>
      )}
      {model.clusters.map((one, index) => (
        <ClusterName
          key={one.name}
          one={one}
          at={at}
          y={rows[index] ?? y}
          colour={one.isChosen ? model.colour.strong : undefined}
        />
      ))}
      {model.clusters.map((one, index) => (
        <Dot
          key={one.name}
          x={cluster}
          y={rows[index] ?? y}
          progress={one.isChosen ? stations.cluster.progress : "off"}
          colour={model.colour}
        />
      ))}
      {model.others.length === 0 ? undefined : (
        <Label
          x={cluster + 14}
          y={(rows.at(-1) ?? y) + 32}
          kind="small"
          text={`and ${model.others.length} more`}
          full={model.others.join(", ")}
        />
      )}
    </>
  );
}

function ClusterName(props: {
  readonly one: FlowModel["clusters"][number];
  readonly at: HorizontalLayout;
  readonly y: number;
  readonly colour: string | undefined;
}) {
  const { one, at, y, colour } = props;
  const x = at.cluster + 14;
  const room = at.merge[0] - x - 4;
  const hasEndpoint = at.hasEndpoints || (one.isChosen && at.hasKey);
  return (
    <>
      <Mark mark={one.mark} size={11} x={x} y={y - 18} />
      <text
        x={x + 15}
        y={y - 8}
        className={`title ${one.isChosen ? "" : "not-chosen"}`}
        style={{ fill: colour ?? markColour(one.mark).strong }}
      >
        <title>{`${one.name}, ${one.endpoint}`}</title>
        {fitSans(one.short, room - 15, 12.5)}
      </text>
      {hasEndpoint ? (
        <Label
          x={x}
          y={y + 17}
          kind="mono"
          tone={one.isGhost ? "bad" : "plain"}
          text={fit(one.endpoint, room, monoWidth(11))}
          full={one.endpoint}
        />
      ) : undefined}
    </>
  );
}
