import { Fragment, useState } from "react";
import { lastChange, type StatChange } from "../../trace/observation.ts";
import { EventLink } from "../EventLink.tsx";
import { useObservation } from "../useObservation.ts";

/** Longer histories show their end. */
const MOST_CHANGES = 12;

const groups = [
  { title: "The filter's own", isOf: (name: string) => name.startsWith("wasmcustom.") },
  { title: "Envoy's", isOf: (name: string) => !name.startsWith("wasmcustom.") },
];

/** Counters and gauges under their names in Envoy's /stats. */
export function StatTable({ cursor }: { readonly cursor: number | undefined }) {
  const observed = useObservation<"stats">({ kind: "stats" });
  const [open, setOpen] = useState<string>();
  return (
    <section>
      <h2>
        Statistics{" "}
        <span className="note">
          as in Envoy&apos;s /stats,{" "}
          {cursor === undefined ? "at the end of the run" : "at the playhead"}
        </span>
      </h2>
      {observed.status === "asking" ? <p className="note">Counting …</p> : undefined}
      {observed.status === "failed" ? (
        <p className="note">No statistics: {observed.message}.</p>
      ) : undefined}
      {observed.status !== "known" ? undefined : observed.answer.stats.size === 0 ? (
        <p className="note">Nothing was counted.</p>
      ) : (
        <table className="plain-table">
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col" className="figure">
                Value
              </th>
              <th scope="col">Last changed</th>
            </tr>
          </thead>
          <tbody>
            {groups.map(({ title, isOf }) => {
              const stats = [...observed.answer.stats].filter(([name]) => isOf(name));
              return stats.length === 0 ? undefined : (
                <Fragment key={title}>
                  <tr className="group">
                    <th scope="rowgroup" colSpan={3}>
                      {title}
                    </th>
                  </tr>
                  {stats.map(([name, changes]) => (
                    <Stat
                      key={name}
                      name={name}
                      changes={changes}
                      cursor={cursor}
                      isOpen={open === name}
                      onToggle={() => setOpen(open === name ? undefined : name)}
                    />
                  ))}
                </Fragment>
              );
            })}
          </tbody>
        </table>
      )}
    </section>
  );
}

function Stat(props: {
  readonly name: string;
  readonly changes: readonly StatChange[];
  readonly cursor: number | undefined;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
}) {
  const { name, changes, cursor, isOpen, onToggle } = props;
  const now = lastChange(changes, cursor);
  const hidden = changes.length - MOST_CHANGES;
  return (
    <tr className={now === undefined ? "ahead" : undefined}>
      <th scope="row">{name}</th>
      <td className="figure">{String(now?.value ?? 0n)}</td>
      <td>
        {now === undefined ? "not yet" : <EventLink seq={now.seq} />}
        {changes.length < 2 ? undefined : (
          <button type="button" className="link" aria-expanded={isOpen} onClick={onToggle}>
            {changes.length} values<span className="hidden"> of {name}</span>
          </button>
        )}
        {isOpen ? (
          <span className="history">
            {hidden > 0 ? `${hidden} before; ` : ""}
            {changes.slice(-MOST_CHANGES).map(({ seq, value }, index) => (
              <span key={index} className={seq === now?.seq ? "current" : "dim"}>
                {index === 0 ? "" : ", "}
                {String(value)} <EventLink seq={seq} />
              </span>
            ))}
          </span>
        ) : undefined}
      </td>
    </tr>
  );
}
