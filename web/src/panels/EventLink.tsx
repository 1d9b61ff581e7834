import { useStore } from "../state/store.ts";
import type { Part } from "../trace/parts.ts";
import { goTo } from "../session/playground.ts";

/** `#14`: shows that event, on a narrow screen in the pane of the call. */
export function EventLink({ seq, text }: { readonly seq: number; readonly text?: string }) {
  return (
    <button
      type="button"
      className="event-link"
      title={`Show event ${seq}`}
      onClick={() => {
        goTo(seq);
        useStore.getState().set({ pane: "call" });
      }}
    >
      {text ?? `#${seq}`}
    </button>
  );
}

/** A sentence with code and links in it. */
export function Sentence({ parts }: { readonly parts: readonly Part[] }) {
  return parts.map((part, index) =>
    typeof part === "string" ? (
      part
    ) : "seq" in part ? (
      <EventLink key={index} seq={part.seq} />
    ) : (
      <code key={index}>{part.code}</code>
    ),
  );
}
