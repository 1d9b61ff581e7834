import { fit, fitSans, monoWidth, wrap } from "../../trace/fitText.ts";
import type { StationName } from "../../trace/pipeline.ts";
import { markColour } from "../../trace/clusterMarks.ts";
import { Mark } from "../Mark.tsx";
import { Arrow, Dot, Frame, Hit, ink, Label, Tag, Tube, type FlowProps } from "./parts.tsx";

const RAIL = 26;
const TEXT = 46;
/** Second column of the station's lines. */
const DETAIL = 132;
const mono = monoWidth(11);

function verticalLayout({ model, width }: FlowProps) {
  const room = width - TEXT - 20 - 20;
  const vmLines = model.vm.lines.flatMap(({ text, tone }) =>
    wrap(text, room, mono, 2).map((part) => ({ text: part, tone, full: text })),
  );
  const vmTop = 140;
  const vmHeight = 34 + 18 * vmLines.length;
  const stateTop = vmTop + vmHeight + 14;
  const proxy = stateTop + 70 + 24;
  const rows = model.clusters.map((_, row) => proxy + 44 + 40 * row);
  const end = (rows.at(-1) ?? proxy) + (model.others.length > 0 ? 74 : 50);
  // Each way that is not taken has a rail of its own, as far as there is room for names.
  const step = Math.min(20, 100 / Math.max(1, model.clusters.length - 1));
  const rail = (row: number) => RAIL + row * step;
  return {
    client: 26,
    listener: 74,
    filter: 122,
    vm: { x: TEXT, y: vmTop, width: width - TEXT - 20, height: vmHeight },
    vmLines,
    state: { x: TEXT, y: stateTop, width: width - TEXT - 20, height: 70 },
    proxy,
    rows,
    rail,
    names: Math.max(76, rail(model.clusters.length - 1) + 14),
    destination: end,
    height: end + 26,
  };
}

/** The stations below one another, for narrow places. */
export function VerticalFlow(props: FlowProps) {
  const { model, width, tag } = props;
  const at = verticalLayout(props);
  const { stations, cluster } = model.pipeline;
  const chosen = model.clusters.findIndex(({ isChosen }) => isChosen);
  const row = at.rows[chosen];
  const x = at.rail(chosen);
  const hasFailed = stations.filter.progress === "failed";
  const toFilter = hasFailed
    ? stations.listener.progress
    : stations.filter.progress === "off"
      ? stations.tcpProxy.progress
      : stations.filter.progress;
  const reached = stations.cluster.progress;
  const proxyColour = stations.tcpProxy.progress === "off" ? ink : model.colour;
  const { filterState } = model;
  const strong = filterState.value.tone === "strong";
  const place = tag && ([width - 62, tagY(tag.station, at, row)] as const);
  return (
    <>
      <Frame model={model} width={width} height={at.height}>
        <rect
          className="band"
          x={10}
          y={48}
          width={width - 20}
          height={at.destination - 78}
          rx={4}
        />
        <Label x={width - 18} y={64} kind="small" anchor="end" text="Envoy 1.40, simulated" />
        {at.rows.map((end, index) =>
          index === chosen ? undefined : (
            <path
              key={index}
              className="not-taken"
              d={`M${RAIL} ${at.proxy}L${at.rail(index)} ${at.proxy + 22}V${at.destination - 24}L${RAIL} ${at.destination}`}
              data-row={end}
            />
          ),
        )}
        <Tube
          d={`M${RAIL} ${at.client}V${at.listener}`}
          progress={stations.listener.progress}
          colour={ink}
        />
        <Tube d={`M${RAIL} ${at.listener}V${at.filter}`} progress={toFilter} colour={ink} />
        <Tube
          d={`M${RAIL} ${at.filter}V${at.proxy}`}
          progress={cluster === undefined ? "off" : stations.tcpProxy.progress}
          colour={ink}
        />
        {row === undefined ? undefined : (
          <>
            <Tube
              d={`M${x} ${row}V${at.destination - 24}L${RAIL} ${at.destination}`}
              progress={stations.destination.progress}
              colour={model.colour}
            />
            <Tube
              d={`M${RAIL} ${at.proxy}L${x} ${at.proxy + 22}V${row}`}
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
        <Dot x={RAIL} y={at.client} progress={stations.client.progress} colour={ink} />
        <Dot x={RAIL} y={at.listener} progress={stations.listener.progress} colour={ink} />
        <Dot x={RAIL} y={at.filter} progress={stations.filter.progress} colour={ink} />
        <Dot x={RAIL} y={at.proxy} progress={stations.tcpProxy.progress} colour={proxyColour} />
        <Dot
          x={RAIL}
          y={at.destination}
          progress={stations.destination.progress}
          colour={model.colour}
        />
        <Line y={at.client} title="Client" text={model.source} width={width} />
        <Line y={at.listener} title="Listener" {...model.listener} width={width} />
        <Line y={at.filter} title="Wasm filter" {...model.filter} width={width} />
        <rect
          className={`box ${hasFailed ? "failed" : ""} ${tag?.station === "filter" ? "current" : ""}`}
          {...at.vm}
          rx={3}
        />
        <Label x={56} y={at.vm.y + 19} kind="small" text={model.vm.title} />
        {at.vmLines.map((line, index) => (
          <Label key={index} x={56} y={at.vm.y + 38 + 18 * index} kind="mono" {...line} />
        ))}
        <Arrow
          d={`M70 ${at.vm.y + at.vm.height}V${at.state.y}`}
          head={`M66 ${at.state.y - 7}l4 6 4-6z`}
          isOn={filterState.isSet}
          colour={model.colour.strong}
        />
        <rect
          className={`box ${tag?.station === "filterState" ? "current" : ""}`}
          {...at.state}
          rx={3}
        />
        <Label x={56} y={at.state.y + 19} kind="small" text="Filter state" />
        <Label
          x={width - 30}
          y={at.state.y + 19}
          kind="small"
          anchor="end"
          text={filterState.note}
        />
        <Label x={56} y={at.state.y + 39} kind="mono" text="envoy.tcp_proxy.cluster" />
        <Label
          x={56}
          y={at.state.y + 59}
          kind={strong ? "value" : "small"}
          fill={strong ? model.colour.strong : undefined}
          text={fit(filterState.value.text, at.state.width - 20, monoWidth(12))}
          full={filterState.value.text}
        />
        <Arrow
          d={`M70 ${at.state.y + 70}V${at.proxy - 8}H38`}
          head={`M42 ${at.proxy - 12}l-7 4 7 4z`}
          isOn={filterState.isRead}
          colour={model.colour.strong}
        />
        <Line y={at.proxy} title="tcp_proxy" {...model.proxy} width={width} x={80} detail={152} />
        {model.clusters.map((one, index) => {
          const y = at.rows[index] ?? 0;
          // Half of the line for each, so that neither runs into the other.
          const half = (width - 30 - at.names - 18) / 2;
          return (
            <g key={one.name}>
              <Dot
                x={at.rail(index)}
                y={y}
                progress={one.isChosen ? reached : "off"}
                colour={model.colour}
              />
              <Mark mark={one.mark} x={at.names} y={y - 6} />
              <text
                x={at.names + 18}
                y={y + 4}
                className={`title ${one.isChosen ? "" : "not-chosen"}`}
                style={{ fill: one.isChosen ? model.colour.strong : markColour(one.mark).strong }}
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
            y={(at.rows.at(-1) ?? 0) + 32}
            kind="small"
            text={`and ${model.others.length} more`}
            full={model.others.join(", ")}
          />
        )}
        <Line y={at.destination} title="Destination" text={model.destination} width={width} />
        <Hits {...props} at={at} row={row} />
      </Frame>
      {tag && place ? <Tag seq={tag.seq} x={place[0]} y={place[1]} /> : undefined}
    </>
  );
}

type Layout = ReturnType<typeof verticalLayout>;

function Line(props: {
  readonly y: number;
  readonly title: string;
  readonly text: string;
  readonly tone?: "strong" | "plain" | "quiet" | "bad";
  readonly width: number;
  readonly x?: number;
  readonly detail?: number;
}) {
  const { y, title, text, tone = "plain", width, x = TEXT, detail = DETAIL } = props;
  return (
    <>
      <Label x={x} y={y + 4} kind="title" text={title} />
      <Label
        x={detail}
        y={y + 4}
        kind="mono"
        tone={tone}
        text={fit(text, width - detail - 16, mono)}
        full={text}
      />
    </>
  );
}

function Hits(props: FlowProps & { readonly at: Layout; readonly row: number | undefined }) {
  const { model, width, at, row } = props;
  const { stations, cluster } = model.pipeline;
  const line = (y: number) => [RAIL - 12, y - 22, width - 28, 44] as const;
  const whole = ({ x, y, width: wide, height }: Layout["vm"]) => [x, y, wide, height] as const;
  const { listener, filter, filterState, tcpProxy, cluster: chosen, destination } = stations;
  return (
    <>
      <Hit
        name="Listener"
        title={model.listener.text}
        progress={listener.progress}
        seq={listener.seq}
        box={line(at.listener)}
      />
      <Hit
        name={model.vm.title}
        title={model.vm.lines.map(({ text }) => text).join(", ")}
        progress={filter.progress}
        seq={model.vm.seq}
        box={whole(at.vm)}
      />
      <Hit
        name="Filter state"
        title={model.filterState.value.text}
        progress={filterState.progress}
        seq={filterState.seq}
        box={whole(at.state)}
      />
      <Hit
        name="tcp_proxy"
        title={model.proxy.text}
        progress={tcpProxy.progress}
        seq={tcpProxy.seq}
        box={line(at.proxy)}
      />
      {row === undefined ? undefined : (
        <Hit
          name="Cluster"
          title={cluster ?? ""}
          progress={chosen.progress}
          seq={chosen.seq}
          box={[RAIL - 12, row - 20, width - 28, 40]}
        />
      )}
      <Hit
        name="Destination"
        title={model.destination}
        progress={destination.progress}
        seq={destination.seq}
        box={line(at.destination)}
      />
    </>
  );
}

function tagY(station: StationName, at: Layout, row: number | undefined): number {
  switch (station) {
    case "client":
      return at.client - 8;
    case "listener":
      return at.listener + 8;
    case "filter":
      return at.vm.y - 10;
    case "filterState":
      return at.state.y - 10;
    case "tcpProxy":
      return at.proxy - 8;
    case "cluster":
      return (row ?? at.proxy) - 26;
    case "destination":
      return at.destination - 8;
  }
}
