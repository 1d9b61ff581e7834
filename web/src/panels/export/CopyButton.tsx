import { useEffect, useState } from "react";
import { copyText } from "../../session/export/export.ts";

const COPIED_MS = 2000;

/** Copies a text and says so for a moment. */
export function CopyButton(props: {
  readonly text: string;
  readonly isCurrent: boolean;
  /** What is copied, where there are several buttons. */
  readonly what?: string;
}) {
  const { text, isCurrent, what } = props;
  const [isCopied, setCopied] = useState(false);
  useEffect(() => {
    if (!isCopied) return;
    const timer = setTimeout(() => setCopied(false), COPIED_MS);
    return () => clearTimeout(timer);
  }, [isCopied]);
  return (
    <>
      <span className="note" role="status">
        {isCopied && "Copied"}
      </span>
      <button
        type="button"
        className="button small"
        disabled={!isCurrent}
        onClick={() => void copyText(text).then(setCopied)}
      >
        Copy
        {what !== undefined && <span className="hidden"> {what}</span>}
      </button>
    </>
  );
}
