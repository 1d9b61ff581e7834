export function Verdict() {
  return <section aria-label="Verdict" />;
}
