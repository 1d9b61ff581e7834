import { useMemo } from "react";
import { sweep } from "../../session/sweep/sweep.ts";
import { useStore } from "../../state/store.ts";
import { countOf, formatCount } from "../../trace/formatCount.ts";
import { checkRule, likelyRule } from "../../trace/sweep/rule.ts";
import { answerOf, patternText, subjectOf, toneOf } from "../../trace/sweep/sentence.ts";
import { Progress } from "../results/Progress.tsx";
import type { SweepRunView } from "./useSweepRun.ts";

/** The answer in one sentence, where it comes from, and what is in the way of a better one. */
export function SweepHead({ view }: { readonly view: SweepRunView }) {
  const { run, tally, found, isStale } = view;
  const isRunning = run.status === "running";
  const ports = run.plan.destinations.length;
  const pattern = useMemo(() => {
    if (run.status !== "done") return undefined;
    const rule = likelyRule(run.codes, run.table, run.list);
    return rule && patternText(rule, checkRule(run.codes, run.table, run.list, rule));
  }, [run]);
  const isRefused = run.status === "refused";
  return (
    <>
      {isStale && !isRunning && (
        <div className="line notice" role="status">
          <p>The scenario or the module changed.</p>
          <button type="button" className="link" onClick={sweep}>
            Sweep again
          </button>
        </div>
      )}
      {run.status === "stopped" && <Line text="Stopped. What is known so far:" />}
      {run.status === "hung" && <Line text={run.message ?? ""} isBad />}
      <section
        className={`verdict ${isRefused ? "bad" : toneOf(found)}`}
        aria-label="Outcome of the sweep"
        aria-busy={isRunning}
      >
        <h2>
          {isRefused ? (
            "No connection is accepted"
          ) : (
            <span>
              {subjectOf(run.list.count, ports)}: {answerOf(found, tally)}
            </span>
          )}
        </h2>
        <p>
          {isRefused ? (
            <Refusal message={run.message ?? ""} />
          ) : (
            [pattern, source(view)].filter(Boolean).join(" ")
          )}
        </p>
        {isRunning && <Progress name="Addresses asked" done={run.done} of={run.codes.length} />}
      </section>
    </>
  );
}

function Line({ text, isBad = false }: { readonly text: string; readonly isBad?: boolean }) {
  return (
    <div className={isBad ? "line notice bad" : "line notice"} role={isBad ? "alert" : "status"}>
      <p>{text}</p>
    </div>
  );
}

function Refusal({ message }: { readonly message: string }) {
  const set = useStore((state) => state.set);
  return (
    <>
      {message}{" "}
      <button type="button" className="link" onClick={() => set({ view: "trace" })}>
        The trace tells why
      </button>
    </>
  );
}

/** What was asked of whom, and how. */
function source({ run }: SweepRunView): string {
  const { plan, workers, took, done, module } = run;
  const from = `From port ${plan.sourcePort} to ${plan.destinations.length === 1 ? plan.destinations[0] : countOf(plan.destinations.length, "destination")}`;
  const on = workers === 1 ? "on one worker" : `on ${workers} workers, each with a VM of its own`;
  return `${from}, asked of ${module.name} ${on}: ${formatCount(done)} in ${formatCount(Math.round(took))} ms.`;
}
