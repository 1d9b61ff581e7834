import { headingOf, type ModuleInspection } from "../../state/moduleInspection.ts";
import { Mark } from "../Mark.tsx";

const marks = { plain: "r1", warn: "rd", bad: "refused" } as const;

/** The answer: accepted, accepted with warnings, or refused; and why. */
export function ReportHead(props: {
  readonly name: string;
  readonly inspection: ModuleInspection;
}) {
  const { name, inspection } = props;
  const { tone, says, reason, remedy } = headingOf(inspection);
  const { warnings } = inspection.report;
  return (
    <div className={`verdict ${tone}`}>
      <h2>
        {tone !== "plain" && <Mark mark={marks[tone]} size={14} />}
        <span className="subject">{name}</span> <span className={`says ${tone}`}>{says}</span>
      </h2>
      <p>{reason}</p>
      {remedy !== undefined && (
        <p className="remedy">
          <b>What to do:</b> {remedy}
        </p>
      )}
      {warnings.length > 0 && (
        <ul className="warnings" aria-label="Warnings">
          {warnings.map((warning) => (
            <li key={warning}>{warning}</li>
          ))}
        </ul>
      )}
    </div>
  );
}
