/** The filter state of a connection, over the run. */
import type { FilterStateChange } from "wasmerang";
import { oncePerRun } from "./memoize.ts";

/** The key that tcp_proxy reads its cluster from. */
export const CLUSTER_KEY = "envoy.tcp_proxy.cluster";

export interface FilterStateWrite {
  /** The host call. */
  readonly seq: number;
  readonly value: Uint8Array;
  readonly span: FilterStateChange["span"];
}

/** By connection and key, in the order of the run. */
export const filterStateWrites = oncePerRun(
  (events): ReadonlyMap<string, ReadonlyMap<string, readonly FilterStateWrite[]>> => {
    const found = new Map<string, Map<string, FilterStateWrite[]>>();
    for (const event of events) {
      if (event.kind !== "hostCall" || event.connection === undefined) continue;
      for (const effect of event.effects) {
        if (effect.kind !== "filterStateChange") continue;
        let keys = found.get(event.connection);
        if (keys === undefined) found.set(event.connection, (keys = new Map()));
        const write = { seq: event.seq, value: effect.value, span: effect.span };
        const writes = keys.get(effect.key);
        if (writes === undefined) keys.set(effect.key, [write]);
        else writes.push(write);
      }
    }
    return found;
  },
);
