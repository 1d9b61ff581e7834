/** `i32 i32 -> i32` with a real arrow; each type stays whole. */
export function Signature({ text }: { readonly text: string }) {
  return <span className="signature">{text.replace("->", "→")}</span>;
}
