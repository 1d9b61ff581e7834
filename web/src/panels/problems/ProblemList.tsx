import "../../styles/problems.css";
import { useMemo } from "react";
import { checked, findProblems, type FoundProblem } from "../../trace/problems/findProblems.ts";
import { EventLink, Sentence } from "../EventLink.tsx";
import { Mark } from "../Mark.tsx";
import { useRun } from "../useRun.ts";

/** More events of one problem than this are only counted. */
const MOST_LINKS = 6;

/** What went wrong, why, and how to mend it. */
export function ProblemList() {
  const { events, document, status } = useRun();
  const problems = useMemo(
    () => findProblems({ events, document, status }),
    [events, document, status],
  );
  return (
    <div className="problem-list" role="region" aria-label="Problems" tabIndex={0}>
      {problems.length === 0 ? (
        <NoProblems isRunning={status === "running"} />
      ) : (
        <ol>
          {problems.map((problem) => (
            <ProblemItem key={problem.title} problem={problem} />
          ))}
        </ol>
      )}
    </div>
  );
}

function ProblemItem({ problem }: { readonly problem: FoundProblem }) {
  const { title, severity, what, mend, seq, alsoAt } = problem;
  return (
    <li className={severity}>
      <h2>
        <Mark mark={severity === "error" ? "bad" : "stalled"} size={12} />
        <span className="severity">{severity === "error" ? "Error" : "Warning"}</span>
        <span className="problem-title">{title}</span>
        <EventLink seq={seq} />
      </h2>
      <p>
        <Sentence parts={what} />
      </p>
      <p>
        <b>To mend it:</b> <Sentence parts={mend} />
      </p>
      {alsoAt.length === 0 ? undefined : (
        <p className="note">
          Also at{" "}
          {alsoAt.slice(0, MOST_LINKS).map((other, index) => (
            <span key={other}>
              {index === 0 ? "" : ", "}
              <EventLink seq={other} />
            </span>
          ))}
          {alsoAt.length > MOST_LINKS ? ` and ${alsoAt.length - MOST_LINKS} more` : ""}.
        </p>
      )}
    </li>
  );
}

function NoProblems({ isRunning }: { readonly isRunning: boolean }) {
  return (
    <div className="no-problems">
      <p>
        <b>{isRunning ? "No problems so far." : "No problems found."}</b> Checked in this run:
      </p>
      <ul>
        {checked.map((name) => (
          <li key={name}>{name}</li>
        ))}
      </ul>
    </div>
  );
}
