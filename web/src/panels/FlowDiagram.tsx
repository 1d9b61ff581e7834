export function FlowDiagram() {
  return <section aria-label="FlowDiagram" />;
}
