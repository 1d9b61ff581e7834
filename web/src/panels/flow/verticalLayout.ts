/** Where the stations stand when they stand below one another. */
import { monoWidth, wrap } from "../../trace/fitText.ts";
import type { FlowModel, FlowText } from "../../trace/flowModel.ts";
import type { StationName } from "../../trace/pipeline.ts";
import type { Box } from "./horizontalLayout.ts";

/** The way itself, and where text begins beside it. */
export const RAIL = 26;
export const TEXT = 46;
const PADDING = 10;
const LINE = 18;
export const mono = monoWidth(11);

export interface VerticalLayout {
  readonly client: number;
  readonly listener: number;
  readonly filter: number;
  readonly vm: Box;
  readonly vmLines: readonly (FlowText & { readonly full: string })[];
  readonly filterState: Box;
  /** Key and value stand in one line. */
  readonly isOneLine: boolean;
  readonly proxy: number;
  readonly rows: readonly number[];
  /** The way to each cluster has a rail of its own. */
  readonly rails: readonly number[];
  readonly names: number;
  readonly destination: number;
  readonly height: number;
}

/** @param isDense a mouse is there, and other panels below; else there is room for fingers. */
export function verticalLayout(model: FlowModel, width: number, isDense: boolean): VerticalLayout {
  const boxWidth = width - TEXT - 20;
  const room = boxWidth - 2 * PADDING;
  const gap = isDense ? 34 : 48;
  const client = isDense ? 22 : 26;
  const filter = client + 2 * gap;
  const vmLines = linesOfVm(model, room);
  const vm = {
    x: TEXT,
    y: filter + (isDense ? 14 : 18),
    width: boxWidth,
    height: 30 + LINE * vmLines.length,
  };
  const { text } = model.filterState.value;
  const isOneLine = 25 * mono + text.length * monoWidth(12) < room;
  const filterState = {
    x: TEXT,
    y: vm.y + vm.height + 12,
    width: boxWidth,
    height: 30 + LINE * (isOneLine ? 1 : 2),
  };
  const proxy = filterState.y + filterState.height + (isDense ? 20 : 26);
  const step = isDense ? 30 : 42;
  const { clusters, others } = model;
  const rows = clusters.map((_, row) => proxy + step + 2 + step * row);
  const railGap = Math.min(20, 100 / Math.max(1, clusters.length - 1));
  const rails = clusters.map((_, row) => RAIL + row * railGap);
  const destination = (rows.at(-1) ?? proxy) + (others.length > 0 ? 26 : 0) + (isDense ? 38 : 50);
  return {
    client,
    listener: client + gap,
    filter,
    vm,
    vmLines,
    filterState,
    isOneLine,
    proxy,
    rows,
    rails,
    names: Math.max(76, (rails.at(-1) ?? RAIL) + 14),
    destination,
    height: destination + (isDense ? 20 : 28),
  };
}

/** The property and its value in one line where they fit; long values in two. */
function linesOfVm(model: FlowModel, room: number): VerticalLayout["vmLines"] {
  const [first, second, ...rest] = model.vm.lines;
  const joined =
    first && second && `${first.text} ${second.tone === "strong" ? "= " : ""}${second.text}`;
  const lines: readonly FlowText[] =
    first !== undefined &&
    second !== undefined &&
    joined !== undefined &&
    joined.length * mono <= room
      ? [{ text: joined, tone: second.tone === "strong" ? "strong" : first.tone }, ...rest]
      : model.vm.lines;
  return (
    lines
      // The count of calls stands beside the title.
      .filter(({ text }) => !text.endsWith("host call") && !text.endsWith("host calls"))
      .flatMap(({ text, tone }) =>
        wrap(text, room, mono, 2).map((part) => ({ text: part, tone, full: text })),
      )
  );
}

/** Top of the tag; it stands at the right edge. */
export function tagTop(station: StationName, at: VerticalLayout, row: number | undefined): number {
  switch (station) {
    case "client":
      return at.client - 8;
    case "listener":
      return at.listener - 8;
    case "filter":
      return at.vm.y - 10;
    case "filterState":
      return at.filterState.y - 10;
    case "tcpProxy":
      return at.proxy - 8;
    case "cluster":
      return (row ?? at.proxy) - 24;
    case "destination":
      return at.destination - 8;
  }
}
