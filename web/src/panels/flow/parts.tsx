/** The pieces that both layouts of the flow draw with. */
import type { KeyboardEvent, ReactNode } from "react";
import type { FlowModel, FlowText } from "../../trace/flowModel.ts";
import type { Progress, StationName } from "../../trace/pipeline.ts";
import { movePlayhead } from "../../session/playground.ts";
import { useEventNumber } from "../useRun.ts";

export interface FlowProps {
  readonly model: FlowModel;
  readonly width: number;
  /** The selected event and where it happened. */
  readonly tag: { readonly seq: number; readonly station: StationName } | undefined;
  /** No playhead: nothing is ahead. */
  readonly isWhole: boolean;
}

export interface Colour {
  readonly strong: string;
  readonly tint: string;
}

export const ink: Colour = { strong: "var(--ink)", tint: "var(--sunk)" };

/** A piece of the way: solid, outline, or dotted. */
export function Tube(props: {
  readonly d: string;
  readonly progress: Progress;
  readonly colour: Colour;
}) {
  const { d, progress, colour } = props;
  if (progress === "off") return <path className="not-taken" d={d} />;
  return (
    <>
      <path className="tube" d={d} stroke={colour.strong} />
      {progress === "ahead" ? (
        <path className="tube inner" d={d} stroke={colour.tint} />
      ) : undefined}
    </>
  );
}

export function Dot(props: {
  readonly x: number;
  readonly y: number;
  readonly progress: Progress;
  readonly colour: Colour;
}) {
  const { x, y, progress, colour } = props;
  if (progress === "failed")
    return (
      <>
        <circle cx={x} cy={y} r={9} fill="var(--bad)" />
        <path
          d={`M${x - 3.6} ${y - 3.6}l7.2 7.2m0-7.2-7.2 7.2`}
          stroke="var(--on-bad)"
          strokeWidth={2}
          strokeLinecap="round"
        />
      </>
    );
  if (progress === "off") return <circle className="dot-off" cx={x} cy={y} r={5} />;
  const isDone = progress === "done";
  return (
    <>
      <circle
        cx={x}
        cy={y}
        r={6.5}
        fill={isDone ? colour.strong : "var(--pane)"}
        stroke={colour.strong}
        strokeWidth={2.2}
      />
      {isDone ? <circle cx={x} cy={y} r={2.2} fill="var(--pane)" /> : undefined}
    </>
  );
}

/** One line of text; `full` is what it stands for when it is cut. */
export function Label(props: {
  readonly x: number;
  readonly y: number;
  readonly kind: "title" | "mono" | "key" | "small" | "value";
  readonly tone?: FlowText["tone"];
  readonly anchor?: "start" | "end";
  readonly fill?: string | undefined;
  readonly text: string;
  readonly full?: string;
}) {
  const { x, y, kind, tone = "plain", anchor = "start", fill, text, full } = props;
  return (
    <text
      x={x}
      y={y}
      className={`${kind} ${tone}`}
      textAnchor={anchor}
      {...(fill === undefined ? {} : { style: { fill } })}
    >
      {full === undefined || full === text ? undefined : <title>{full}</title>}
      {text}
    </text>
  );
}

/** Dotted until it happened; then solid, with a head. */
export function Arrow(props: {
  readonly d: string;
  readonly head: string;
  readonly isOn: boolean;
  readonly colour: string;
}) {
  const { d, head, isOn, colour } = props;
  return (
    <>
      <path
        d={d}
        fill="none"
        stroke={isOn ? colour : "var(--line2)"}
        strokeWidth={1.5}
        {...(isOn ? {} : { strokeDasharray: "2 3" })}
      />
      {isOn ? <path d={head} fill={colour} /> : undefined}
    </>
  );
}

const progressText: Readonly<Record<Progress, string>> = {
  done: "done",
  ahead: "ahead of the playhead",
  off: "not reached",
  failed: "failed",
};

/** The area of a station: click, Enter or Space move the playhead to what happened there. */
export function Hit(props: {
  readonly name: string;
  readonly title: string;
  readonly progress: Progress;
  readonly seq: number | undefined;
  readonly box: readonly [x: number, y: number, width: number, height: number];
}) {
  const { name, title, progress, seq, box } = props;
  const [x, y, width, height] = box;
  const numberOf = useEventNumber();
  if (seq === undefined) return undefined;
  const number = numberOf(seq);
  const go = () => movePlayhead(seq);
  const key = (event: KeyboardEvent) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    event.stopPropagation();
    go();
  };
  return (
    <g
      role="button"
      tabIndex={0}
      className="hit"
      aria-label={`${name}: ${title}, ${progressText[progress]}. Go to event ${number}`}
      onClick={go}
      onKeyDown={key}
    >
      <title>{`${name}: ${title}. Go to #${number}`}</title>
      <rect x={x} y={y} width={width} height={height} rx={3} />
    </g>
  );
}

/** `#14` at the place of the selected event. */
export function Tag({
  seq,
  x,
  y,
}: {
  readonly seq: number;
  readonly x: number;
  readonly y: number;
}) {
  const number = useEventNumber()(seq);
  return (
    <span className="tag" aria-hidden="true" style={{ transform: `translate(${x}px, ${y}px)` }}>
      #{number}
    </span>
  );
}

/** Address and port; a Unix socket has no port, an Istio address may have no brackets. */
export function splitAddress(address: string): { readonly host: string; readonly port?: string } {
  const parts = /^\[?(.*?)\]?:(\d+)$/.exec(address);
  return parts?.[1] === undefined || parts[2] === undefined
    ? { host: address }
    : { host: parts[1], port: parts[2] };
}

/** What the drawing says, for those who do not see it. */
export function Frame(props: {
  readonly model: FlowModel;
  readonly width: number;
  readonly height: number;
  readonly children: ReactNode;
}) {
  const { model, width, height, children } = props;
  const { stations, cluster } = model.pipeline;
  const route =
    cluster === undefined
      ? "no cluster chosen"
      : `cluster ${cluster}, ${progressText[stations.cluster.progress]}`;
  const label = `${model.source} to ${model.destination} through listener, Wasm filter and tcp_proxy: ${route}`;
  return (
    <svg
      role="group"
      aria-label={label}
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
    >
      {children}
    </svg>
  );
}
