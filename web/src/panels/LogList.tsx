export function LogList() {
  return <section aria-label="LogList" />;
}
