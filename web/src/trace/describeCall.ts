/** Arguments and results of host calls. */
import type { FilterStateChange, HostCall, PropertyRead } from "wasmerang";
import { shortCluster } from "./clusterMarks.ts";
import { asText, bytesText, firstText, propertyText, valueText } from "./describeValue.ts";

export function propertyReadOf(call: HostCall): PropertyRead | undefined {
  for (const effect of call.effects) if (effect.kind === "propertyRead") return effect;
  return undefined;
}

export function filterStateChangeOf(call: HostCall): FilterStateChange | undefined {
  for (const effect of call.effects) if (effect.kind === "filterStateChange") return effect;
  return undefined;
}

export function callArguments(call: HostCall): string {
  const change = filterStateChangeOf(call);
  if (call.name === "proxy_call_foreign_function") {
    const size = call.args.find(({ value }) => value.kind === "bytes")?.value;
    const bytes = size !== undefined && "length" in size ? `, ${size.length} B` : "";
    const name = firstText(call.args) ?? "";
    const value = change === undefined ? undefined : asText(change.value);
    return `${name}${value === undefined ? "" : ` = ${shortCluster(value)}`}${bytes}`;
  }
  const separator = call.name === "proxy_log" ? " " : ", ";
  return call.args
    .filter(({ value }) => value.kind !== "out")
    .map(({ name, value }) => {
      const text = valueText(value);
      // Bare numbers and sizes say nothing without their name.
      return value.kind === "number" || value.kind === "i64" ? `${wordsOf(name)} ${text}` : text;
    })
    .join(separator);
}

/** `max_size` and `maxSize` read `max size`. */
export function wordsOf(name: string): string {
  return name
    .replaceAll("_", " ")
    .replace(
      /([a-z])([A-Z])/g,
      (_, before, after) => `${String(before)} ${String(after).toLowerCase()}`,
    );
}

export function callResult(call: HostCall): string {
  if (call.ended === "trapped") return "trapped";
  if (call.ended === "never") return "never came back";
  const status = call.status ?? (call.returned === undefined ? "" : String(call.returned));
  const read = propertyReadOf(call);
  // An injected answer hides what the property really holds.
  if (read?.value !== undefined && call.status === "Ok" && call.injected === undefined)
    return `${status} ${propertyText(read)}`;
  const values = call.results.flatMap(({ value }) => {
    if (value.kind === "out") return [];
    const hasBytes = value.kind === "bytes" || value.kind === "string";
    if (hasBytes && value.bytes !== undefined)
      return value.bytes.length === 0 ? [] : [bytesText(value.bytes)];
    return [valueText(value)];
  });
  return [status, ...values].filter((part) => part !== "").join(" ");
}

/** NotFound and Empty are answers; the other statuses mean that the call did not do its work. */
export function isFailedCall(call: HostCall): boolean {
  if (call.ended !== "returned") return true;
  return call.status !== undefined && !["Ok", "NotFound", "Empty"].includes(call.status);
}

/** A letter for the timeline's narrow bars; `callLetters` explains them. */
export function callLetter(call: HostCall): string {
  if (call.module !== "env") return "W";
  if (/property/.test(call.name)) return "P";
  if (call.name === "proxy_log") return "L";
  if (/foreign_function/.test(call.name)) return "F";
  if (/buffer/.test(call.name)) return "B";
  if (/metric/.test(call.name)) return "M";
  if (/shared_(data|queue)|_queue/.test(call.name)) return "S";
  if (/stream/.test(call.name)) return "C";
  return "·";
}

export const callLetters: Readonly<Record<string, string>> = {
  P: "property",
  L: "log",
  F: "foreign function",
  B: "buffer",
  M: "metric",
  S: "shared data, queue",
  C: "stream",
  W: "WASI",
  "·": "other",
};
