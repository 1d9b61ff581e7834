/** The filter state of a connection, as it was when the playhead's event had happened. */
import type { FilterStateChange } from "wasmerang";
import type { Events } from "./memoize.ts";

/** The key that tcp_proxy reads its cluster from. */
export const CLUSTER_KEY = "envoy.tcp_proxy.cluster";

export interface FilterStateEntry {
  readonly key: string;
  readonly value: Uint8Array;
  readonly span: FilterStateChange["span"];
  /** `seq` of the host call that wrote it. */
  readonly setBy: number;
}

/** @param cursor the last event that has happened; undefined: the whole run. */
export function filterStateAt(
  events: Events,
  cursor: number | undefined,
  connection: string,
): readonly FilterStateEntry[] {
  const entries = new Map<string, FilterStateEntry>();
  for (const event of events) {
    if (cursor !== undefined && event.seq > cursor) continue;
    if (event.kind !== "hostCall" || event.connection !== connection) continue;
    for (const effect of event.effects)
      if (effect.kind === "filterStateChange")
        entries.set(effect.key, {
          key: effect.key,
          value: effect.value,
          span: effect.span,
          setBy: event.seq,
        });
  }
  return [...entries.values()];
}
