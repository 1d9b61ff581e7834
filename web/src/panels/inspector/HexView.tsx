import { useMemo, useRef, useState } from "react";
import { hexDump } from "../../trace/hexDump.ts";
import { useSize } from "../useSize.ts";

/** Bytes that belong together; the same key is lit wherever it is shown. */
export interface Span {
  readonly key: string;
  readonly start: number;
  readonly end: number;
  /** A tint, as a CSS value. */
  readonly tint: string;
}

/** More bytes than this are shown when asked for. */
const FIRST = 256;

/** A hex dump with text beside it. */
export function HexView(props: {
  readonly bytes: Uint8Array;
  /** Address of the first byte. */
  readonly base?: number;
  /** Indexes of bytes to underline. */
  readonly changed?: ReadonlySet<number>;
  readonly spans?: readonly Span[];
  readonly lit?: string | undefined;
  readonly onLight?: (key: string | undefined) => void;
}) {
  const { bytes, base, changed, spans = noSpans, lit, onLight } = props;
  const frame = useRef<HTMLDivElement>(null);
  const { width } = useSize(frame);
  const [showsAll, setShowsAll] = useState(false);
  const perLine = width >= 440 ? 12 : 8;
  const shown = showsAll ? bytes : bytes.subarray(0, FIRST);
  const lines = useMemo(() => hexDump(shown, perLine, base), [shown, perLine, base]);
  const spanAt = useMemo(() => {
    const owners = new Array<Span | undefined>(shown.length).fill(undefined);
    for (const span of spans) owners.fill(span, span.start, span.end);
    return owners;
  }, [spans, shown.length]);
  const cell = (index: number, text: string) => {
    const span = spanAt[index];
    return (
      <span
        key={index}
        className={
          `${span !== undefined && span.key === lit ? "lit" : ""} ${changed?.has(index) ? "changed" : ""}`.trim() ||
          undefined
        }
        style={span === undefined ? undefined : { background: span.tint }}
        onPointerEnter={span === undefined ? undefined : () => onLight?.(span.key)}
      >
        {text}
      </span>
    );
  };
  if (bytes.length === 0) return <p className="note">no bytes</p>;
  return (
    <div ref={frame} onPointerLeave={() => onLight?.(undefined)}>
      <div
        className={`hex ${perLine > 8 ? "wide" : ""}`}
        role="img"
        aria-label={`${bytes.length} bytes`}
      >
        {lines.map(({ offset, bytes: line }) => (
          <div key={offset}>
            <span className="offset">{offset}</span>
            <span className="digits">{line.map(({ index, hex }) => cell(index, hex))}</span>
            <span className="ascii">{line.map(({ index, text }) => cell(index, text))}</span>
          </div>
        ))}
      </div>
      {bytes.length > shown.length ? (
        <button type="button" className="link" onClick={() => setShowsAll(true)}>
          Show all {bytes.length} bytes
        </button>
      ) : undefined}
    </div>
  );
}

const noSpans: readonly Span[] = [];
