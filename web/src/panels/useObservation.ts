import { useEffect, useState } from "react";
import { ask } from "../session/observe/ask.ts";
import type { Observation, Question } from "../trace/observation.ts";
import { useStore, type Run } from "../state/store.ts";

type Answer<Kind> = Extract<Observation, { readonly kind: Kind }>;
export type Observed<Kind> =
  | { readonly status: "asking" }
  | { readonly status: "known"; readonly answer: Answer<Kind> }
  | { readonly status: "failed"; readonly message: string };

/** Asks a second run; `question` is asked again when its JSON or the run changes. */
export function useObservation<Kind extends Question["kind"]>(
  question: Extract<Question, { readonly kind: Kind }> | undefined,
): Observed<Kind> {
  const run = useStore((state) => state.run);
  const key = JSON.stringify(question);
  const [state, setState] = useState<{
    readonly run: Run | undefined;
    readonly key: string;
    readonly observed: Observed<Kind>;
  }>();
  useEffect(() => {
    if (run === undefined || key === undefined || run.status === "running") return;
    let isCurrent = true;
    const settle = (observed: Observed<Kind>) => {
      if (isCurrent) setState({ run, key, observed });
    };
    ask(run, JSON.parse(key) as Extract<Question, { readonly kind: Kind }>).then(
      (answer) => settle({ status: "known", answer }),
      (error: unknown) =>
        settle({
          status: "failed",
          message: error instanceof Error ? error.message : String(error),
        }),
    );
    return () => {
      isCurrent = false;
    };
  }, [run, key]);
  return state?.run === run && state?.key === key ? state.observed : { status: "asking" };
}
