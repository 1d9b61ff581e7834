export function TraceList() {
  return <section aria-label="TraceList" />;
}
