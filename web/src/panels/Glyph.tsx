import { glyphText, type Glyph as GlyphName } from "../trace/describeEvent.ts";

/** Direction of a call: the bar is the boundary of host and guest, dashes are a return. */
export function Glyph({ glyph }: { readonly glyph: GlyphName }) {
  return (
    <svg
      role="img"
      aria-label={glyphText[glyph]}
      width="16"
      height="16"
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
    >
      {drawings[glyph]}
    </svg>
  );
}

const bar = <path d="M8 2.5v11" opacity=".55" />;
const drawings: Readonly<Record<GlyphName, React.ReactNode>> = {
  enter: (
    <>
      {bar}
      <path d="M2 8h11M10 5l3 3-3 3" />
    </>
  ),
  call: (
    <>
      {bar}
      <path d="M14 8H3M6 5 3 8l3 3" />
    </>
  ),
  return: (
    <>
      {bar}
      <path d="M14 8H3M6 5 3 8l3 3" strokeDasharray="2 2" />
    </>
  ),
  envoy: <circle cx="8" cy="8" r="2.6" />,
  trap: <path d="m3.5 3.5 9 9M12.5 3.5l-9 9" stroke="var(--bad)" strokeWidth="2.4" />,
};
