import { faultProblem } from "wasmerang";
import { dropFaults, playFaults } from "../../session/faults/faults.ts";
import { useFaults } from "../../state/faults.ts";
import { useStore } from "../../state/store.ts";
import { formatCount } from "../../trace/formatCount.ts";
import { countSeverities, severityOf } from "../../trace/faults/matrix.ts";
import { severityWords } from "../../trace/faults/words.ts";
import { Counts } from "../results/Counts.tsx";
import { Progress } from "../results/Progress.tsx";
import type { FaultRunView } from "./useFaultRun.ts";

/** The answer in one sentence, and how many faults ended how. */
export function FaultHead({ view }: { readonly view: FaultRunView }) {
  const { run, isStale } = view;
  const mayDefault = useFaults((state) => state.mayDefault);
  const hasFaults = useStore(({ document }) => (document.faults?.length ?? 0) > 0);
  const isRunning = run.status === "running";
  if (run.status === "impossible" || run.status === "failed") {
    return (
      <section className="verdict bad" aria-label="Outcome of the faults">
        <h2>Nothing to disturb</h2>
        <p>{run.status === "impossible" && run.message}</p>
      </section>
    );
  }
  const own = run.results.filter(({ case: { kind } }) => kind === "status" || kind === "value");
  const problems = own.filter((result) => faultProblem(result, mayDefault));
  const escapes = own.filter((result) => severityOf(result, run.id) === "default").length;
  const done = `${formatCount(run.results.length)} of ${formatCount(run.cases.length)} faults`;
  return (
    <>
      {isStale && !isRunning && (
        <div className="line notice" role="status">
          <p>The scenario or the module changed.</p>
          <button type="button" className="link" onClick={playFaults}>
            Play the faults again
          </button>
        </div>
      )}
      {hasFaults && (
        <div className="line notice" role="status">
          <p>The scenario has a fault of its own. It is left out here.</p>
          <button type="button" className="link" onClick={dropFaults}>
            Take it out of the scenario
          </button>
        </div>
      )}
      <section
        className={`verdict ${problems.length > 0 ? "bad" : ""}`}
        aria-label="Outcome of the faults"
        aria-busy={isRunning}
      >
        <h2>
          {problems.length > 0
            ? `${formatCount(problems.length)} of ${formatCount(own.length)} answers of the host lead to what must not be`
            : own.length === 0
              ? "No answer of the host to change yet"
              : `No answer of the host traps the filter or leads to a wrong cluster`}
        </h2>
        <p>
          {isRunning ? `${done} so far` : run.status === "stopped" ? `Stopped after ${done}` : done}
          , {formatCount(own.length)} of them other statuses and values of host calls
          {escapes > 0 && `; ${formatCount(escapes)} of those leave it to tcp_proxy's own cluster`}.
          Traps and other results show what follows if the guest does that.
        </p>
        {isRunning && (
          <Progress name="Faults played" done={run.results.length} of={run.cases.length} />
        )}
      </section>
      <Counts
        outcomes={countSeverities(run.results, run.id).map(({ severity, count }) => {
          const { name, mark } = severityWords[severity];
          return { key: severity, name, mark, count };
        })}
      />
    </>
  );
}
