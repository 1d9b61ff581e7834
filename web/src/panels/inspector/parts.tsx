/** The pieces that the inspector's views are made of. */
import type { ReactNode } from "react";
import type { Log, TraceEvent } from "wasmerang";

export function Section(props: {
  readonly title: string;
  readonly aside?: ReactNode;
  readonly children: ReactNode;
}) {
  return (
    <section className="section">
      <div className="section-head">
        <h3>{props.title}</h3>
        {props.aside === undefined ? undefined : <span className="note aside">{props.aside}</span>}
      </div>
      {props.children}
    </section>
  );
}

export type Fact = readonly [name: string, value: ReactNode];

/** Names and values, one pair a line. */
export function Facts({ facts }: { readonly facts: readonly (Fact | undefined)[] }) {
  return (
    <dl className="facts">
      {facts.map((fact, index) =>
        fact === undefined ? undefined : (
          <div key={index}>
            <dt>{fact[0]}</dt>
            <dd>{fact[1]}</dd>
          </div>
        ),
      )}
    </dl>
  );
}

export function Alert({
  title,
  children,
}: {
  readonly title: string;
  readonly children: ReactNode;
}) {
  return (
    <div className="alert">
      <h3>{title}</h3>
      <p>{children}</p>
    </div>
  );
}

/** Lines of Envoy's log as they are printed. */
export function LogBlock({ lines }: { readonly lines: readonly Log[] }) {
  if (lines.length === 0) return undefined;
  return (
    <Section title="What Envoy logs">
      <pre className="preformatted">
        {lines.map((line) => `[${line.level}][wasm] ${line.line}`).join("\n")}
      </pre>
    </Section>
  );
}

/** The host's own lines around an event: what it says while nothing else happens. */
export function hostLogsAround(events: readonly TraceEvent[], event: TraceEvent): readonly Log[] {
  const index = events.indexOf(event);
  const isHostLog = (at: number) => {
    const one = events[at];
    return one?.kind === "log" && one.message === undefined;
  };
  let first = index;
  while (isHostLog(first - 1)) first--;
  let last = index;
  while (isHostLog(last + 1)) last++;
  return events.slice(first, last + 1).filter((one): one is Log => one.kind === "log");
}
