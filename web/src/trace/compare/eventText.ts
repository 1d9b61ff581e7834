/** What an event says, without what only tells where and when: numbers, pointers, times. */
import type { DecodedValue, NamedValue, TraceEvent } from "wasmerang";
import { describeEvent } from "../describeEvent.ts";
import { propertyReadOf } from "../describeCall.ts";
import { propertyText, valueText } from "../describeValue.ts";
import type { Events } from "../memoize.ts";

/** What rows of two traces are aligned by: who acts, and the name of the call. */
export function callOf(events: Events, event: TraceEvent): string {
  const { glyph, name } = describeEvent(events, event);
  return `${glyph} ${name}`;
}

/** Equal for two events that do the same. */
export function eventText(events: Events, event: TraceEvent): string {
  switch (event.kind) {
    case "hostCall":
      return [
        event.name,
        ...event.args.map(namedText),
        event.ended,
        event.status ?? event.returned,
        propertyReadOf(event)?.value ? propertyText(propertyReadOf(event)!) : "",
        ...event.results.map(namedText),
      ].join("\n");
    case "forward":
      return `${event.to} ${event.endStream} ${latin1(event.bytes)}`;
    case "streamAction":
      return `${event.action} ${event.reason ?? ""}`;
    default: {
      const { glyph, name, args, result, pending } = describeEvent(events, event);
      return [glyph, name, args, pending ? "" : result].join("\n");
    }
  }
}

function namedText({ name, value }: NamedValue): string {
  return `${name} ${contentText(value)}`;
}

/** Where a value lies in memory says nothing of what the filter does. */
function contentText(value: DecodedValue): string {
  if (value.kind === "out") return "";
  if ("bytes" in value && value.bytes !== undefined) return latin1(value.bytes);
  return valueText(value);
}

function latin1(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}
