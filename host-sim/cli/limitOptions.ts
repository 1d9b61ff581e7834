/** The options that keep a guest within bounds. */
import { formatSize, guestLimits, parseDuration, type Limits } from "../src/index.ts";
import { UsageError, type ParsedArguments } from "./command.ts";

export const LIMIT_OPTIONS = {
  timeout: { type: "string", default: "3s" },
  memory: { type: "string", default: formatSize(guestLimits.memoryBytes) },
} as const;

export const LIMIT_USAGE = `  --timeout TIME   wall time that the guest may take before it returns, such as 500ms; default 3s
  --memory SIZE    what each VM's memory may have, such as 64MiB; default ${formatSize(guestLimits.memoryBytes)}. A guest
                   that grows beyond it is stopped; Envoy stops growth at 1GiB, the most here`;

const MIB = 2 ** 20;
const UNITS: Readonly<Record<string, number>> = { KiB: 1024, MiB: MIB, GiB: 1024 * MIB };
const PAGE = 65536;

/** setTimeout takes no more. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

/** `--timeout` in milliseconds of wall time; a wrong one is a UsageError. */
export function readTimeout({ values }: ParsedArguments): number {
  const text = String(values["timeout"]);
  const nanoseconds = parseDuration(text);
  const milliseconds = (nanoseconds ?? 0) / 1e6;
  if (milliseconds < 1 || milliseconds > MAX_TIMEOUT_MS) {
    throw new UsageError(`--timeout must be a duration of at least 1ms, such as 3s, not ${text}`);
  }
  return milliseconds;
}

/** `3 s`, `500 ms`. */
export function describeTime(ms: number): string {
  return ms % 1000 === 0 ? `${ms / 1000} s` : `${ms} ms`;
}

/** `--memory`, and what else the simulator does not let a guest do; a wrong one is a UsageError. */
export function readLimits({ values }: ParsedArguments): Limits {
  const text = String(values["memory"]);
  const [, number, unit = ""] = /^(\d+) ?([KMG]iB)$/.exec(text) ?? [];
  const memoryBytes = Number(number) * (UNITS[unit] ?? NaN);
  if (!(memoryBytes >= PAGE && memoryBytes <= 1024 * MIB)) {
    throw new UsageError(`--memory must be a size from 64KiB to 1GiB, such as 64MiB, not ${text}`);
  }
  return { ...guestLimits, memoryBytes };
}
