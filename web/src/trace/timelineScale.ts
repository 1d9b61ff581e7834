/** Which part of the order axis is in view, and where a row stands in it. */

export interface Window {
  /** Index of the first row in view. */
  readonly start: number;
  /** Number of rows in view. */
  readonly length: number;
}

/** Narrower bars than this cannot be told apart, or hit. */
const MIN_UNIT = 5;
const WINDOW_UNIT = 8;
const SHORTEST = 10;

/** How many rows are in view before anyone zooms. @param width in pixels. */
export function startLength(count: number, width: number, minUnit = MIN_UNIT): number {
  if (count <= 0 || width / count >= minUnit) return Math.max(1, count);
  return Math.max(1, Math.min(count, Math.floor(width / Math.max(minUnit, WINDOW_UNIT))));
}

/** Moves the window so that it stays within the run and shows `focus` not too close to its edge. */
export function moveTo(window: Window, count: number, focus: number): Window {
  const length = Math.max(1, Math.min(window.length, count));
  const margin = Math.floor(length * 0.1);
  const isInView = focus >= window.start + margin && focus < window.start + length - margin;
  const start = isInView ? window.start : focus - Math.floor(length / 2);
  return clamp({ start, length }, count);
}

/** Shows more (factor > 1) or fewer rows; the row under the pointer stays where it is. */
export function zoom(window: Window, count: number, row: number, factor: number): Window {
  const length = Math.max(
    Math.min(SHORTEST, count),
    Math.min(count, Math.round(window.length * factor)),
  );
  const share = (row - window.start) / window.length;
  return clamp({ start: Math.round(row - share * length), length }, count);
}

export function clamp({ start, length }: Window, count: number): Window {
  return { start: Math.max(0, Math.min(count - length, start)), length };
}

/** Steps between labels of the ruler: the first of 1, 2, 5, 10, … that leaves `room` pixels each. */
export function tickStep(unit: number, room: number): number {
  for (let power = 1; ; power *= 10)
    for (const step of [power, 2 * power, 5 * power]) if (step * unit >= room) return step;
}

/** Virtual time as the ruler shows it: `0`, `250 µs`, `5 ms`, `1.5 s`. */
export function timeText(nanoseconds: number): string {
  if (nanoseconds === 0) return "0";
  const round = (value: number) => String(Math.round(value * 100) / 100);
  if (nanoseconds < 1e3) return `${nanoseconds} ns`;
  if (nanoseconds < 1e6) return `${round(nanoseconds / 1e3)} µs`;
  if (nanoseconds < 1e9) return `${round(nanoseconds / 1e6)} ms`;
  return `${round(nanoseconds / 1e9)} s`;
}
