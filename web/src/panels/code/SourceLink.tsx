import { goToSource } from "../../session/code/code.ts";
import { useStore } from "../../state/store.ts";
import { eventAt } from "../../trace/memoize.ts";
import { sourceOf } from "../../trace/sourceLines.ts";

/** `filter.ts:42`: the line of the source that an event comes from, as a link to it. */
export function SourceLink({ seq }: { readonly seq: number }) {
  const run = useStore((state) => state.run);
  const event = run && eventAt(run.events, seq);
  const at = event && sourceOf(run, event);
  if (!at) return <span className="dim">not known</span>;
  const text = `${at.file.split("/").at(-1)}:${at.line}`;
  if (at.file.startsWith("~lib/")) return <span title={at.file}>{text}</span>;
  return (
    <button
      type="button"
      className="event-link"
      title={`Show ${at.file} in the Code view`}
      onClick={() => goToSource(at.file, at)}
    >
      {text}
    </button>
  );
}
