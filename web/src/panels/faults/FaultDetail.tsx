import type { FaultResult } from "wasmerang";
import { keepFault } from "../../session/faults/faults.ts";
import { severities, severityOf, type Severity } from "../../trace/faults/matrix.ts";
import { severityWords } from "../../trace/faults/words.ts";
import { Mark } from "../Mark.tsx";
import { Section } from "../inspector/parts.tsx";
import type { FaultRunView } from "./useFaultRun.ts";

/** The selected cell: its faults by what they lead to, each of which can be kept. */
export function FaultDetail({ view }: { readonly view: FaultRunView }) {
  const { run, selected } = view;
  if (!selected) return <p className="inspector-empty">No fault is selected.</p>;
  const { row, cell } = selected;
  const words = severityWords[cell.severity];
  const isGood = cell.severity === "same" || cell.severity === "asGiven";
  const groups = severities.flatMap((severity) => {
    const results = cell.results.filter((it) => severityOf(it, run.id) === severity);
    return results.length > 0 ? [{ severity, results }] : [];
  });
  return (
    <div className="inspector-body">
      <header className="inspector-head">
        <h2>{row.call}</h2>
        <p>{[row.subject, `call ${row.nth} of that name`].filter(Boolean).join(", ")}</p>
      </header>
      <div className={isGood ? "section" : "alert"}>
        <h3>{words.title}</h3>
        <p className={isGood ? "note" : undefined}>{words.means}</p>
      </div>
      {groups.map(({ severity, results }) => (
        <Outcome key={severity} severity={severity} results={results} />
      ))}
      <Section title="Keep it">
        <p className="note">
          Keep puts the fault into the scenario and shows its trace: the link and wasmerang run
          repeat it.
        </p>
      </Section>
    </div>
  );
}

function Outcome(props: { readonly severity: Severity; readonly results: readonly FaultResult[] }) {
  const { severity, results } = props;
  const { name, mark } = severityWords[severity];
  return (
    <Section title={`${name}: ${results.length}`}>
      <ul className="fault-list">
        {results.map((result) => {
          const { what, fault } = result.case;
          return (
            <li key={what}>
              <Mark mark={mark} size={10} />
              <span className="mono">{what}</span>
              <button
                type="button"
                className="link"
                aria-label={`Keep ${what} at ${fault.call}`}
                onClick={() => keepFault(result.case)}
              >
                Keep
              </button>
            </li>
          );
        })}
      </ul>
    </Section>
  );
}
