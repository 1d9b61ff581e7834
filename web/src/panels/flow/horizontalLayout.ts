/** Where the stations stand when they stand side by side. */
import type { FlowModel } from "../../trace/flowModel.ts";

export interface HorizontalLayout {
  readonly height: number;
  /** Middle of the way; clusters below the first hang lower. */
  readonly y: number;
  readonly client: number;
  readonly listener: number;
  readonly filter: number;
  readonly proxy: number;
  readonly cluster: number;
  readonly destination: number;
  /** Where the ways to the clusters part, run side by side, and meet again. */
  readonly fan: readonly [start: number, end: number];
  readonly merge: readonly [start: number, end: number];
  readonly rows: readonly number[];
  /** Only then is there room for every endpoint. */
  readonly hasEndpoints: boolean;
  readonly vm: Box;
  readonly filterState: Box;
  /** The lower tier: otherwise what it says stands in short below the stations. */
  readonly hasBoxes: boolean;
  /** The key of the drawing fits below the client. */
  readonly hasKey: boolean;
}

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** How much height the screen leaves: `low` is closer together, `lowest` the upper tier alone. */
export type FlowHeight = "full" | "low" | "lowest";

export function horizontalLayout(
  model: FlowModel,
  width: number,
  room: FlowHeight,
): HorizontalLayout {
  const isLow = room !== "full";
  const hasBoxes = room !== "lowest";
  const isSlim = width < 720;
  const isTight = width < 770;
  const at = (share: number) => 22 + share * (width - 44);
  const y = hasBoxes ? (isLow ? 72 : 82) : 66;
  const proxy = at(0.505);
  const cluster = at(isSlim ? 0.74 : 0.72);
  const fan = [cluster - (isSlim ? 40 : 52), cluster - 14] as const;
  const mergeStart = cluster + (isSlim ? 90 : isTight ? 120 : Math.min(190, 0.165 * width));
  const filter = at(0.262);

  const { clusters } = model;
  const hasEndpoints = hasBoxes && clusters.length <= 3;
  const gap = hasEndpoints
    ? isLow
      ? 42
      : 56
    : clusters.length <= 5 && !isLow
      ? 36
      : hasBoxes
        ? 28
        : 24;
  const chosen = clusters.findIndex(({ isChosen }) => isChosen);
  // Between dense rows only the chosen cluster's endpoint has a line of its own.
  const extra = hasEndpoints || chosen < 0 || !hasBoxes ? 0 : 14;
  const rows = clusters.map((_, row) => y + row * gap + (row > chosen ? extra : 0));

  const boxTop = y + (isLow ? 33 : 44);
  const boxHeight = isLow ? 88 : 92;
  const stateWidth = isTight ? 132 : 166;
  const stateX = Math.min(fan[0] - stateWidth - 6, proxy - 62);
  const vmX = filter - (isSlim ? 44 : 16);
  const last = (rows.at(-1) ?? y) + (model.others.length > 0 ? 14 : 0);
  return {
    height: hasBoxes
      ? Math.max(boxTop + boxHeight + (isLow ? 13 : 20), last + (hasEndpoints ? 42 : 36))
      : Math.max(y + 42, last + 18),
    y,
    client: 22,
    listener: at(0.13),
    filter,
    proxy,
    cluster,
    destination: width - 24,
    fan,
    merge: [mergeStart, mergeStart + (isSlim ? 26 : 32)],
    rows,
    hasEndpoints: hasEndpoints && !isSlim,
    vm: { x: vmX, y: boxTop, width: stateX - vmX - 14, height: boxHeight },
    filterState: { x: stateX, y: boxTop, width: stateWidth, height: boxHeight },
    hasBoxes,
    hasKey: !isSlim && hasBoxes,
  };
}
