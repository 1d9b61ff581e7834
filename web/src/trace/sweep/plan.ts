/** Which connections a sweep makes: source addresses in order, each to one or more destinations. */
import { parseAddress, parseRange, type AddressRange } from "wasmerang";
import { countOf, formatCount } from "../formatCount.ts";

/** More connections than this are for the command line. */
export const MOST_CONNECTIONS = 1_048_576;

/** Plain data, so that it can be posted to a worker. */
export interface SweepPlan {
  /** Ranges and single addresses, each as parseRange reads it. */
  readonly ranges: readonly string[];
  readonly sourcePort: number;
  /** Such as `203.0.113.10:443`; one for each port. */
  readonly destinations: readonly string[];
}

/** What the user typed. */
export interface SweepInput {
  /** Ranges or addresses, separated by line ends or commas. */
  readonly sources: string;
  /** An IP address without port. */
  readonly destination: string;
  /** `443` or `443, 8000-8003`. */
  readonly ports: string;
}

export type InputField = keyof SweepInput;

export type ReadPlan =
  | { readonly ok: true; readonly plan: SweepPlan }
  | { readonly ok: false; readonly field: InputField; readonly problem: string };

/** Reads what was typed; the first thing that is wrong is said, with its field and its line. */
export function readPlan(input: SweepInput, sourcePort: number): ReadPlan {
  const wrong = (field: InputField, problem: string) => ({ ok: false, field, problem }) as const;
  const ranges: string[] = [];
  let addresses = 0n;
  for (const { line, text } of entries(input.sources)) {
    const range = parseRange(text);
    if (!range) {
      const where = input.sources.includes("\n") ? `Line ${line}: ` : "";
      const example = "Examples: 10.0.0.0/24, 2001:db8::/120, 10.0.0.42";
      return wrong("sources", `${where}“${text}” is not an address or a range. ${example}`);
    }
    ranges.push(text);
    addresses += range.size;
  }
  if (ranges.length === 0) return wrong("sources", "No address yet. Example: 10.0.0.0/24");
  const destination = destinationOf(input.destination.trim());
  if (destination === undefined)
    return wrong("destination", "Not an IP address. Examples: 203.0.113.10, 2001:db8:1::10");
  const ports = readPorts(input.ports);
  if (typeof ports === "string") return wrong("ports", ports);
  const limit = tooMany(addresses, ports.length, ranges);
  if (limit !== undefined) return wrong("sources", limit);
  const destinations = ports.map((port) => `${destination}:${port}`);
  return { ok: true, plan: { ranges, sourcePort, destinations } };
}

function entries(text: string): readonly { readonly line: number; readonly text: string }[] {
  return text
    .split("\n")
    .flatMap((line, index) =>
      line.split(",").map((part) => ({ line: index + 1, text: part.trim() })),
    )
    .filter((entry) => entry.text !== "");
}

/** `203.0.113.10`, or `[2001:db8:1::10]`: what a port can follow. */
function destinationOf(text: string): string | undefined {
  for (const host of [text, `[${text}]`]) if (parseAddress(`${host}:1`)?.kind === "ip") return host;
  return undefined;
}

/** The ports in order, each once; or what is wrong. */
function readPorts(text: string): readonly number[] | string {
  const ports = new Set<number>();
  for (const part of text.split(",").map((one) => one.trim())) {
    const [, first, last = first] = /^(\d{1,5})(?:\s*-\s*(\d{1,5}))?$/.exec(part) ?? [];
    const [from, to] = [Number(first), Number(last)];
    if (!(from >= 1 && to <= 65_535 && from <= to))
      return `“${part}” is not a port or a range of ports. Examples: 443, 8000-8003`;
    for (let port = from; port <= to; port++) ports.add(port);
  }
  return [...ports];
}

function tooMany(addresses: bigint, ports: number, ranges: readonly string[]): string | undefined {
  const most = formatCount(MOST_CONNECTIONS);
  if (addresses * BigInt(ports) <= BigInt(MOST_CONNECTIONS)) return undefined;
  if (ports > 1)
    return `${countOf(addresses, "address", "addresses")} × ${ports} ports are ${formatCount(addresses * BigInt(ports))} connections. The limit here is ${most}; the command line has none.`;
  const prefix = ranges.length > 1 ? "" : ranges[0]?.includes(":") ? " (/108)" : " (/12)";
  return `${countOf(addresses, "address", "addresses")}. The limit here is ${most}${prefix}; the command line has none.`;
}

/** The source addresses of a plan, found by place. */
export interface AddressList {
  readonly count: number;
  /** The address at a place, without port. */
  at(index: number): string;
  /** Whether its last byte is odd. Cheaper than its text. */
  isOdd(index: number): boolean;
  /** The only range, where there is only one: its blocks have networks of their own. */
  readonly only: AddressRange | undefined;
}

/** @param ranges as a plan has them. */
export function addressList(ranges: readonly string[]): AddressList {
  const parts: { start: number; range: AddressRange; startsOdd: boolean }[] = [];
  let count = 0;
  for (const text of ranges) {
    const range = parseRange(text);
    if (!range) throw new Error(`${text} is not a range`);
    parts.push({ start: count, range, startsOdd: endsOdd(range.at(0n)) });
    count += Number(range.size);
  }
  const find = (index: number) => {
    let low = 0;
    let high = parts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((parts[middle]?.start ?? Infinity) <= index) low = middle;
      else high = middle - 1;
    }
    const part = parts[low];
    if (!part || index < 0 || index >= count) throw new RangeError(`no address ${index}`);
    return part;
  };
  return {
    count,
    at: (index) => {
      const { range, start } = find(index);
      return range.at(BigInt(index - start));
    },
    isOdd: (index) => {
      const { start, startsOdd } = find(index);
      return ((index - start) % 2 === 1) !== startsOdd;
    },
    only: parts.length === 1 ? parts[0]?.range : undefined,
  };
}

/** The last digit tells, be it decimal or hexadecimal; `::` ends in zero. */
function endsOdd(address: string): boolean {
  return parseInt(address.at(-1) ?? "0", 16) % 2 === 1;
}

/** How many connections a plan has, and the one at a place: all addresses for a port, then the next. */
export function connectionCount(plan: SweepPlan, list: AddressList): number {
  return list.count * plan.destinations.length;
}

/** `10.0.0.42:51324`, as a scenario writes it. */
export function sourceAt(plan: SweepPlan, list: AddressList, index: number): string {
  const address = list.at(index % list.count);
  return address.includes(":")
    ? `[${address}]:${plan.sourcePort}`
    : `${address}:${plan.sourcePort}`;
}

/** Where the connection at a place goes. */
export function destinationAt(plan: SweepPlan, list: AddressList, index: number): string {
  return plan.destinations[Math.floor(index / list.count)] ?? "";
}

/** What a place is called: its source address, and where it goes if that differs between places. */
export function nameAt(plan: SweepPlan, list: AddressList, index: number): string {
  const to = plan.destinations.length > 1 ? ` to ${destinationAt(plan, list, index)}` : "";
  return `${list.at(index % list.count)}${to}`;
}
