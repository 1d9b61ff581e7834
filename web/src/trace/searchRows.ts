/** Which rows a search leaves. */
import { describeEvent } from "./describeEvent.ts";
import { oncePerRun, type Events } from "./memoize.ts";
import type { Row } from "./rows.ts";

/** What a row can be found by; made at the first search of a run. */
const searchTexts = oncePerRun((events): ReadonlyMap<number, string> => {
  const texts = new Map<number, string>();
  for (const event of events) {
    const { name, args, result } = describeEvent(events, event);
    texts.set(event.seq, `${name} ${args} ${result}`.toLowerCase());
  }
  return texts;
});

/** Rows whose full call name, arguments or result hold the text, whatever its case. */
export function searchRows(events: Events, rows: readonly Row[], text: string): readonly Row[] {
  const wanted = text.trim().toLowerCase();
  if (wanted === "") return rows;
  const texts = searchTexts(events);
  return rows.filter(({ event }) => texts.get(event.seq)?.includes(wanted));
}
