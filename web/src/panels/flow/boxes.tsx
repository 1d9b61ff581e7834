/** The lower tier: what the filter's VM read, and what it wrote for tcp_proxy to read. */
import { fit, monoWidth, wrap } from "../../trace/fitText.ts";
import type { FlowModel } from "../../trace/flowModel.ts";
import type { Box } from "./horizontalLayout.ts";
import { Arrow, Label } from "./parts.tsx";

const key = monoWidth(10.5);

export function VmBox(props: {
  readonly model: FlowModel;
  readonly box: Box;
  /** The station that the box hangs from. */
  readonly stem: readonly [x: number, y: number];
  readonly isCurrent: boolean;
}) {
  const { model, box, stem, isCurrent } = props;
  const { progress } = model.pipeline.stations.filter;
  const hasFailed = progress === "failed";
  const room = box.width - 16;
  const lines = vmLines(model, room);
  return (
    <>
      <path
        d={`M${stem[0]} ${stem[1] + (hasFailed ? 10 : 8)}V${box.y}`}
        fill="none"
        stroke={hasFailed ? "var(--bad)" : progress === "done" ? "var(--ink)" : "var(--line2)"}
        strokeWidth={1.5}
        {...(hasFailed || progress === "done" ? {} : { strokeDasharray: "2 3" })}
      />
      <rect
        className={`box ${hasFailed ? "failed" : ""} ${isCurrent ? "current" : ""}`}
        {...box}
        rx={3}
      />
      <Label
        x={box.x + 9}
        y={box.y + 17}
        kind="small"
        text={fit(model.vm.title, room, 6)}
        full={model.vm.title}
      />
      {lines.map((line, index) => (
        <Label
          key={index}
          x={box.x + 9}
          y={box.y + 35 + 18 * index}
          kind={line.tone === "quiet" ? "small" : "key"}
          tone={line.tone}
          text={line.text}
          full={line.full}
        />
      ))}
    </>
  );
}

/** At most three lines; a long value takes the place of what follows it. */
function vmLines(model: FlowModel, room: number) {
  return model.vm.lines
    .flatMap(({ text, tone }) =>
      wrap(text, room, tone === "quiet" ? 6 : key, 2).map((part) => ({
        text: part,
        tone,
        full: text,
      })),
    )
    .slice(0, 3);
}

export function FilterStateBox(props: {
  readonly model: FlowModel;
  readonly box: Box;
  readonly from: Box;
  readonly proxy: readonly [x: number, y: number];
  readonly isCurrent: boolean;
}) {
  const { model, box, from, proxy, isCurrent } = props;
  const { filterState, colour } = model;
  const room = box.width - 18;
  const isTight = room < 23 * key;
  const keyLines = isTight ? ["envoy.tcp_proxy.", "cluster"] : ["envoy.tcp_proxy.cluster"];
  const low = box.height < 92;
  const valueY = box.y + (isTight ? (low ? 61 : 65) : 54);
  const strong = filterState.value.tone === "strong";
  const lines = wrap(filterState.value.text, room, strong ? monoWidth(12) : 6.2, isTight ? 1 : 2);
  const arrowY = box.y + 50;
  const [proxyX, proxyY] = proxy;
  return (
    <>
      <Arrow
        d={`M${from.x + from.width} ${arrowY}H${box.x}`}
        head={`M${box.x - 7} ${arrowY - 4}l6 4-6 4z`}
        isOn={filterState.isSet}
        colour={colour.strong}
      />
      <Arrow
        d={`M${proxyX} ${box.y}V${proxyY + 9}`}
        head={`M${proxyX - 4} ${proxyY + 15}l4-7 4 7z`}
        isOn={filterState.isRead}
        colour={colour.strong}
      />
      <rect className={`box ${isCurrent ? "current" : ""}`} {...box} rx={3} />
      <Label x={box.x + 9} y={box.y + 17} kind="small" text="Filter state" />
      {keyLines.map((line, index) => (
        <Label
          key={line}
          x={box.x + 9}
          y={box.y + (isTight ? 33 + 14 * index : 35)}
          kind="key"
          text={line}
        />
      ))}
      {lines.map((line, index) => (
        <Label
          key={index}
          x={box.x + 9}
          y={valueY + 14 * index}
          kind={strong ? "value" : "small"}
          fill={strong ? colour.strong : undefined}
          text={line}
          full={filterState.value.text}
        />
      ))}
      <Label
        x={box.x + 9}
        y={box.y + box.height - 10}
        kind="small"
        text={fit(filterState.note, room, 5.9)}
        full={filterState.note}
      />
    </>
  );
}
