import { useMemo } from "react";
import { useSweep, type Expectation } from "../../state/sweep.ts";
import { formatCount } from "../../trace/formatCount.ts";
import { checkRule, likelyRule, type EvenOddRule } from "../../trace/sweep/rule.ts";
import { SelectField } from "../Field.tsx";
import { Mark } from "../Mark.tsx";
import { Section } from "../inspector/parts.tsx";
import { Place } from "./OutcomeCounts.tsx";
import type { SweepRunView } from "./useSweepRun.ts";

/** Fewer than this share of the addresses: an outcome that stands out. */
const RARE = 0.01;

/** The expected rule with the addresses that break it, or, without one, the groups. */
export function RuleSection({ view }: { readonly view: SweepRunView }) {
  const expectation = useSweep((state) => state.expectation);
  const { set } = useSweep.getState();
  return (
    <Section title="Expected rule">
      <div className="sweep-rule">
        <SelectField
          label="Rule"
          value={expectation}
          options={[
            { value: "none", name: "none: show groups" },
            { value: "evenOdd", name: "even and odd last byte" },
          ]}
          onChange={(value) => set({ expectation: value as Expectation })}
        />
      </div>
      {expectation === "evenOdd" ? <EvenOdd view={view} /> : <Groups view={view} />}
    </Section>
  );
}

function EvenOdd({ view }: { readonly view: SweepRunView }) {
  const { run } = view;
  const chosen = useSweep((state) => state.rule);
  const likely = useMemo(() => likelyRule(run.codes, run.table, run.list), [run]);
  const clusters = [
    ...new Set([
      ...Object.keys(run.document.clusters),
      ...[chosen, likely].flatMap((rule) => (rule ? [rule.even, rule.odd] : [])),
    ]),
  ];
  const rule = chosen ?? likely ?? { even: clusters[0] ?? "", odd: clusters[0] ?? "" };
  const check = checkRule(run.codes, run.table, run.list, rule);
  const choose = (patch: Partial<EvenOddRule>) =>
    useSweep.getState().set({ rule: { ...rule, ...patch } });
  return (
    <>
      <div className="sweep-rule">
        {(["even", "odd"] as const).map((side) => (
          <SelectField
            key={side}
            label={side === "even" ? "Even to" : "Odd to"}
            value={rule[side]}
            options={clusters.map((value) => ({ value }))}
            onChange={(cluster) => choose({ [side]: cluster })}
          />
        ))}
      </div>
      {check.broken === 0 ? (
        <p className="note" role="status">
          Holds for {formatCount(check.asked)} of {formatCount(check.asked)}.
        </p>
      ) : (
        <>
          <p className="note bad" role="status">
            {formatCount(check.broken)} of {formatCount(check.asked)} break it. First:
          </p>
          <ul className="places">
            {check.first.map((index) => (
              <li key={index}>
                <Place view={view} index={index} />
                <Outcome view={view} code={run.codes[index] ?? 0} />
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}

function Outcome({ view, code }: { readonly view: SweepRunView; readonly code: number }) {
  const text = view.texts.get(code);
  if (!text) return undefined;
  return (
    <span>
      <Mark mark={text.mark} size={10} />
      {text.name}
    </span>
  );
}

/** Without a rule: the first addresses of each outcome, the rare ones before the others. */
function Groups({ view }: { readonly view: SweepRunView }) {
  const { found, tally, run } = view;
  const groups = [...found].reverse();
  const hasRare = found.some(({ count }) => count < RARE * run.done);
  return (
    <>
      {hasRare && <p className="note">Outcomes that few addresses have come first.</p>}
      <ul className="sweep-groups">
        {groups.slice(0, 12).map(({ text }) => (
          <li key={text.code}>
            <Outcome view={view} code={text.code} />
            <span className="places-inline">
              {(tally.firsts.get(text.code) ?? []).slice(0, 3).map((index) => (
                <Place key={index} view={view} index={index} />
              ))}
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}
