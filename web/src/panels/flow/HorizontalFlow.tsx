import { fit, monoWidth, wrap } from "../../trace/fitText.ts";
import type { FlowText } from "../../trace/flowModel.ts";
import type { StationName } from "../../trace/pipeline.ts";
import { ClusterFan } from "./ClusterFan.tsx";
import { horizontalLayout, type FlowHeight, type HorizontalLayout } from "./horizontalLayout.ts";
import { FilterStateBox, VmBox } from "./boxes.tsx";
import { Dot, Frame, Hit, ink, Label, splitAddress, Tag, Tube, type FlowProps } from "./parts.tsx";

/** Two tiers: the connection from left to right, and below it how the cluster was decided. */
export function HorizontalFlow(props: FlowProps & { readonly room: FlowHeight }) {
  const { model, width, room, tag, isWhole } = props;
  const at = horizontalLayout(model, width, room);
  const isLow = room !== "full";
  const { stations, cluster } = model.pipeline;
  const { y } = at;
  const hasFailed = stations.filter.progress === "failed";
  const toFilter = hasFailed
    ? stations.listener.progress
    : passing(stations.filter.progress, stations.tcpProxy.progress);
  const proxyColour = stations.tcpProxy.progress === "off" ? ink : model.colour;
  const bandX = at.listener - 22;
  const place = tag && tagPlace(tag.station, at);
  return (
    <>
      <Frame model={model} width={width} height={at.height}>
        <rect
          className="band"
          x={bandX}
          y={isLow ? 5 : 9}
          width={at.merge[0] + 20 - bandX - 22}
          height={at.height - (isLow ? 10 : 18)}
          rx={4}
        />
        <Label
          x={at.listener - 12}
          y={at.hasBoxes ? (isLow ? 21 : 26) : at.height - 13}
          kind="small"
          text="Envoy 1.40, simulated"
        />
        {cluster === undefined ? (
          <Tube d={`M${at.filter} ${y}H${at.proxy}`} progress="off" colour={ink} />
        ) : undefined}
        <Tube
          d={`M${at.client} ${y}H${at.listener}`}
          progress={stations.listener.progress}
          colour={ink}
        />
        <Tube d={`M${at.listener} ${y}H${at.filter}`} progress={toFilter} colour={ink} />
        {cluster === undefined ? undefined : (
          <Tube
            d={`M${at.filter} ${y}H${at.proxy}`}
            progress={stations.tcpProxy.progress}
            colour={ink}
          />
        )}
        <ClusterFan model={model} at={at} />
        <Dot x={at.client} y={y} progress={stations.client.progress} colour={ink} />
        <Dot x={at.listener} y={y} progress={stations.listener.progress} colour={ink} />
        <Dot x={at.filter} y={y} progress={stations.filter.progress} colour={ink} />
        <Dot x={at.proxy} y={y} progress={stations.tcpProxy.progress} colour={proxyColour} />
        <Dot
          x={at.destination}
          y={y}
          progress={stations.destination.progress}
          colour={model.colour}
        />
        <Names model={model} at={at} width={width} />
        {at.hasBoxes ? (
          <>
            <VmBox
              model={model}
              box={at.vm}
              stem={[at.filter, y]}
              isCurrent={tag?.station === "filter"}
            />
            <FilterStateBox
              model={model}
              box={at.filterState}
              from={at.vm}
              proxy={[at.proxy, y]}
              isCurrent={tag?.station === "filterState"}
            />
          </>
        ) : (
          <Short model={model} at={at} />
        )}
        {at.hasKey ? <Key height={at.height} isWhole={isWhole} /> : undefined}
        <Hits model={model} at={at} />
      </Frame>
      {tag && place ? <Tag seq={tag.seq} x={place[0]} y={place[1]} /> : undefined}
    </>
  );
}

/** A filter that was left out is passed by: the way to it is as far as the way beyond it. */
function passing<Progress>(filter: Progress | "off", beyond: Progress): Progress {
  return filter === "off" ? beyond : filter;
}

function Names(props: {
  readonly model: FlowProps["model"];
  readonly at: HorizontalLayout;
  readonly width: number;
}) {
  const { model, at, width } = props;
  const top = at.y - 34;
  const below = at.y - 17;
  const port = at.y + 22;
  const mono = monoWidth(11);
  const room = {
    client: at.listener - 24 - (at.client - 8),
    listener: at.filter - at.listener - 8,
    filter: at.proxy - at.filter - 10,
    // Names of clusters begin above the line, at their mark.
    proxy: at.cluster + 2 - at.proxy,
    destination: width - 14 - at.merge[0],
  };
  const name = (x: number, title: string, { text, tone }: FlowText, space: number) => (
    <>
      <Label x={x - 8} y={top} kind="title" text={title} />
      <Label
        x={x - 8}
        y={below}
        kind="mono"
        tone={tone}
        text={fit(text, space, mono)}
        full={text}
      />
    </>
  );
  // Long addresses take two lines; the name moves up.
  const end = (
    x: number,
    title: string,
    address: string,
    space: number,
    anchor: "start" | "end",
  ) => {
    const { host, port: number } = splitAddress(address);
    const lines = wrap(host, space, mono, 2);
    return (
      <>
        <Label x={x} y={top - 13 * (lines.length - 1)} kind="title" anchor={anchor} text={title} />
        {lines.map((line, index) => (
          <Label
            key={index}
            x={x}
            y={below - 13 * (lines.length - 1 - index)}
            kind="mono"
            anchor={anchor}
            text={line}
            full={host}
          />
        ))}
        {number === undefined ? undefined : (
          <Label x={x} y={port} kind="small" anchor={anchor} text={`port ${number}`} />
        )}
      </>
    );
  };
  return (
    <>
      {end(at.client - 8, "Client", model.source, room.client, "start")}
      {name(at.listener, "Listener", model.listener, room.listener)}
      {name(at.filter, "Wasm filter", model.filter, room.filter)}
      {name(at.proxy, "tcp_proxy", model.proxy, room.proxy)}
      {end(width - 14, "Destination", model.destination, room.destination, "end")}
    </>
  );
}

/** What the boxes say, in a line each. */
function Short({
  model,
  at,
}: {
  readonly model: FlowProps["model"];
  readonly at: HorizontalLayout;
}) {
  const { vm, filterState } = model;
  const line = at.y + 22;
  return (
    <>
      <Label x={at.filter - 8} y={line} kind="small" text={vm.title} />
      {filterState.isSet ? (
        <Label
          x={at.proxy - 8}
          y={line}
          kind="mono"
          text={fit(filterState.value.text, at.fan[0] - at.proxy + 4, monoWidth(11))}
          full={filterState.value.text}
        />
      ) : undefined}
    </>
  );
}

function Key({ height, isWhole }: { readonly height: number; readonly isWhole: boolean }) {
  const lines = [
    { text: isWhole ? "taken" : "done", progress: "done" as const },
    ...(isWhole ? [] : [{ text: "ahead", progress: "ahead" as const }]),
    { text: "not taken", progress: "off" as const },
  ].reverse();
  return lines.map(({ text, progress }, line) => (
    <g key={text}>
      <Tube
        d={`M14 ${height - 18 - 18 * line}h22`}
        progress={progress}
        colour={{ ...ink, tint: "var(--pane)" }}
      />
      <Label x={42} y={height - 14 - 18 * line} kind="small" text={text} />
    </g>
  ));
}

function Hits({
  model,
  at,
}: {
  readonly model: FlowProps["model"];
  readonly at: HorizontalLayout;
}) {
  const { stations } = model.pipeline;
  const { y, vm, filterState } = at;
  const row = model.clusters.findIndex(({ isChosen }) => isChosen);
  const chosen = model.clusters[row];
  const column = (x: number, width: number) => [x - 14, y - 48, width, 60] as const;
  return (
    <>
      <Hit
        name="Client"
        title={model.source}
        {...hit(stations.client)}
        box={[at.client - 14, y - 60, at.listener - 24 - at.client, 88]}
      />
      <Hit
        name="Listener"
        title={model.listener.text}
        {...hit(stations.listener)}
        box={column(at.listener, at.filter - at.listener - 4)}
      />
      <Hit
        name={model.vm.title}
        title={model.vm.lines.map(({ text }) => text).join(", ")}
        progress={stations.filter.progress}
        seq={model.vm.seq}
        box={
          at.hasBoxes
            ? [vm.x, vm.y, vm.width, vm.height]
            : [at.filter - 14, y - 48, at.proxy - at.filter - 8, 76]
        }
      />
      {at.hasBoxes ? (
        <Hit
          name="Filter state"
          title={model.filterState.value.text}
          {...hit(stations.filterState)}
          box={[filterState.x, filterState.y, filterState.width, filterState.height]}
        />
      ) : undefined}
      <Hit
        name="tcp_proxy"
        title={model.proxy.text}
        {...hit(stations.tcpProxy)}
        box={column(at.proxy, at.fan[0] - at.proxy + 14)}
      />
      {chosen === undefined ? undefined : (
        <Hit
          name="Cluster"
          title={`${chosen.name}, ${chosen.endpoint}`}
          {...hit(stations.cluster)}
          box={[at.cluster - 10, (at.rows[row] ?? y) - 22, at.merge[0] - at.cluster, 44]}
        />
      )}
      <Hit
        name="Destination"
        title={model.destination}
        {...hit(stations.destination)}
        box={[at.merge[1] - 4, y - 48, at.destination - at.merge[1] + 20, 76]}
      />
    </>
  );
}

function hit(station: {
  readonly progress: "done" | "ahead" | "off" | "failed";
  readonly seq?: number;
}) {
  return { progress: station.progress, seq: station.seq };
}

function tagPlace(station: StationName, at: HorizontalLayout): readonly [number, number] {
  const { y, vm, filterState } = at;
  if (!at.hasBoxes && station === "filter") return [at.filter + 10, y - 8];
  // The filter writes it for tcp_proxy: on the way between them.
  if (!at.hasBoxes && station === "filterState") return [(at.filter + at.proxy) / 2, y - 8];
  switch (station) {
    case "client":
      return [at.client - 8, y + 30];
    case "listener":
      return [at.listener - 8, y + 12];
    case "filter":
      return [vm.x + vm.width - 36, vm.y - 10];
    case "filterState":
      return [filterState.x + filterState.width - 36, filterState.y - 10];
    case "tcpProxy":
      return [at.proxy + 10, y + 9];
    case "cluster":
      return [at.cluster - 46, y + 9];
    case "destination":
      return [at.destination - 34, y + 30];
  }
}
