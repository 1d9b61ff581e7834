import { useStore } from "../state/store.ts";
import type { Part } from "../trace/parts.ts";
import { useEventNumber } from "./useRun.ts";
import { goTo } from "../session/playground.ts";

/** `#14`: shows that event, on a narrow screen in the pane of the call. */
export function EventLink({ seq, text }: { readonly seq: number; readonly text?: string }) {
  const number = useEventNumber()(seq);
  return (
    <button
      type="button"
      className="event-link"
      title={`Show event ${number}`}
      onClick={() => {
        goTo(seq);
        useStore.getState().set({ pane: "call" });
      }}
    >
      {text ?? `#${number}`}
    </button>
  );
}

/** A sentence with code and links in it; what closes a clause stays on its link's line. */
export function Sentence({ parts }: { readonly parts: readonly Part[] }) {
  return parts.map((part, index) => {
    if (typeof part === "string") {
      const before = parts[index - 1];
      const isAfterLink = before !== undefined && typeof before !== "string" && "seq" in before;
      return isAfterLink ? part.replace(closing, "") : part;
    }
    if (!("seq" in part)) return <code key={index}>{part.code}</code>;
    const next = parts[index + 1];
    return (
      <span key={index} className="unbroken">
        <EventLink seq={part.seq} />
        {typeof next === "string" ? closing.exec(next)?.[0] : undefined}
      </span>
    );
  });
}

const closing = /^[.,;:)]+/;
