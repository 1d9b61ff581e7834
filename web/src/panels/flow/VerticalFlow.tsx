import { fit, monoWidth } from "../../trace/fitText.ts";
import type { FlowText } from "../../trace/flowModel.ts";
import { Arrow, Dot, Frame, ink, Label, Tag, Tube, type FlowProps } from "./parts.tsx";
import { VerticalClusters } from "./VerticalClusters.tsx";
import { VerticalHits } from "./VerticalHits.tsx";
import { mono, RAIL, tagTop, TEXT, verticalLayout, type VerticalLayout } from "./verticalLayout.ts";

/** Second column of the stations' lines. */
const DETAIL = 132;

/** The stations below one another, for narrow places. */
export function VerticalFlow(props: FlowProps & { readonly isDense: boolean }) {
  const { model, width, tag, isDense } = props;
  const at = verticalLayout(model, width, isDense);
  const { stations, cluster } = model.pipeline;
  const hasFailed = stations.filter.progress === "failed";
  const toFilter = hasFailed
    ? stations.listener.progress
    : stations.filter.progress === "off"
      ? stations.tcpProxy.progress
      : stations.filter.progress;
  const proxyColour = stations.tcpProxy.progress === "off" ? ink : model.colour;
  const bandTop = at.listener - (isDense ? 20 : 26);
  const row = at.rows[model.clusters.findIndex(({ isChosen }) => isChosen)];
  return (
    <>
      <Frame model={model} width={width} height={at.height}>
        <rect
          className="band"
          x={10}
          y={bandTop}
          width={width - 20}
          height={at.destination - bandTop - (isDense ? 22 : 30)}
          rx={4}
        />
        <Label
          x={width - 18}
          y={bandTop + 15}
          kind="small"
          anchor="end"
          text="Envoy 1.40, simulated"
        />
        <Tube
          d={`M${RAIL} ${at.client}V${at.listener}`}
          progress={stations.listener.progress}
          colour={{ ...ink, tint: "var(--pane)" }}
        />
        <Tube d={`M${RAIL} ${at.listener}V${at.filter}`} progress={toFilter} colour={ink} />
        <Tube
          d={`M${RAIL} ${at.filter}V${at.proxy}`}
          progress={cluster === undefined ? "off" : stations.tcpProxy.progress}
          colour={ink}
        />
        <VerticalClusters model={model} at={at} width={width} />
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
        <Line
          y={at.client}
          title="Client"
          text={{ text: model.source, tone: "plain" }}
          width={width}
        />
        <Line y={at.listener} title="Listener" text={model.listener} width={width - 130} />
        <Line y={at.filter} title="Wasm filter" text={model.filter} width={width} />
        <Boxes {...props} at={at} />
        <Line y={at.proxy} title="tcp_proxy" text={model.proxy} width={width} x={80} detail={152} />
        <Line
          y={at.destination}
          title="Destination"
          text={{ text: model.destination, tone: "plain" }}
          width={width}
        />
        <VerticalHits model={model} at={at} width={width} row={row} />
      </Frame>
      {tag ? <Tag seq={tag.seq} x={width - 62} y={tagTop(tag.station, at, row)} /> : undefined}
    </>
  );
}

function Line(props: {
  readonly y: number;
  readonly title: string;
  readonly text: FlowText;
  readonly width: number;
  readonly x?: number;
  readonly detail?: number;
}) {
  const { y, title, text, width, x = TEXT, detail = DETAIL } = props;
  return (
    <>
      <Label x={x} y={y + 4} kind="title" text={title} />
      <Label
        x={detail}
        y={y + 4}
        kind="mono"
        tone={text.tone}
        text={fit(text.text, width - detail - 16, mono)}
        full={text.text}
      />
    </>
  );
}

/** What the filter's VM read, and what it wrote for tcp_proxy. */
function Boxes(props: FlowProps & { readonly at: VerticalLayout }) {
  const { model, width, tag, at } = props;
  const { filterState } = model;
  const state = at.filterState;
  const stateEnd = state.y + state.height;
  const strong = filterState.value.tone === "strong";
  const hasFailed = model.pipeline.stations.filter.progress === "failed";
  const calls = model.vm.lines.find(({ text }) => /host calls?$/.test(text))?.text;
  const isCurrent = (station: string) => (tag?.station === station ? "current" : "");
  const valueX = at.isOneLine ? 56 + 24 * mono : 56;
  return (
    <>
      <rect
        className={`box ${hasFailed ? "failed" : ""} ${isCurrent("filter")}`}
        {...at.vm}
        rx={3}
      />
      <Label x={56} y={at.vm.y + 18} kind="small" text={model.vm.title} />
      {calls === undefined ? undefined : (
        <Label x={width - 30} y={at.vm.y + 18} kind="small" anchor="end" text={calls} />
      )}
      {at.vmLines.map((line, index) => (
        <Label key={index} x={56} y={at.vm.y + 37 + 18 * index} kind="mono" {...line} />
      ))}
      <Arrow
        d={`M70 ${at.vm.y + at.vm.height}V${state.y}`}
        head={`M66 ${state.y - 7}l4 6 4-6z`}
        isOn={filterState.isSet}
        colour={model.colour.strong}
      />
      <rect className={`box ${isCurrent("filterState")}`} {...state} rx={3} />
      <Label x={56} y={state.y + 18} kind="small" text="Filter state" />
      <Label x={width - 30} y={state.y + 18} kind="small" anchor="end" text={filterState.note} />
      <Label x={56} y={state.y + 37} kind="mono" text="envoy.tcp_proxy.cluster" />
      <Label
        x={valueX}
        y={state.y + (at.isOneLine ? 37 : 55)}
        kind={strong ? "value" : "small"}
        fill={strong ? model.colour.strong : undefined}
        text={fit(filterState.value.text, width - 30 - valueX, monoWidth(12))}
        full={filterState.value.text}
      />
      <Arrow
        d={`M70 ${stateEnd}V${at.proxy - 6}H38`}
        head={`M42 ${at.proxy - 10}l-7 4 7 4z`}
        isOn={filterState.isRead}
        colour={model.colour.strong}
      />
    </>
  );
}
