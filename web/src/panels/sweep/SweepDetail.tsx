import { downloadSweep, makeScenario } from "../../session/sweep/sweep.ts";
import { useSweep } from "../../state/sweep.ts";
import { markColour } from "../../trace/clusterMarks.ts";
import { countOf, formatCount } from "../../trace/formatCount.ts";
import { blockAt, blockName, cellShares } from "../../trace/sweep/heatMap.ts";
import { destinationAt } from "../../trace/sweep/plan.ts";
import { Mark } from "../Mark.tsx";
import { Section } from "../inspector/parts.tsx";
import { cellText } from "./HeatCell.tsx";
import { OutcomeTable, Place } from "./OutcomeCounts.tsx";
import { RuleSection } from "./RuleSection.tsx";
import type { SweepRunView } from "./useSweepRun.ts";

/** What is selected, the counts, the rule and what breaks it. */
export function SweepDetail({ view }: { readonly view: SweepRunView }) {
  return (
    <div className="inspector-body">
      <Selected view={view} />
      <OutcomeTable view={view} />
      <RuleSection view={view} />
      <Undecided view={view} />
      <Section title="Export">
        <button
          type="button"
          className="button small"
          disabled={view.run.done === 0}
          onClick={downloadSweep}
        >
          Download CSV
        </button>
        <p className="note">The columns of wasmerang sweep --format csv</p>
      </Section>
    </div>
  );
}

function Selected({ view }: { readonly view: SweepRunView }) {
  const { run, texts } = view;
  const path = useSweep((state) => state.path);
  const selected = useSweep((state) => state.selected);
  const port = useSweep((state) => state.port);
  const parent = path.at(-1) ?? { first: 0, size: run.list.count };
  const block = blockAt(parent, selected);
  const index = port * run.list.count + selected;
  const codes = run.codes.subarray(port * run.list.count, (port + 1) * run.list.count);
  const text = texts.get(run.codes[index] ?? 0);
  if (block.size > 1)
    return (
      <header className="inspector-head">
        <h2>{blockName(run.list, block)}</h2>
        <p>
          {countOf(block.size, "address", "addresses")}:{" "}
          {cellText(cellShares(codes, [block])[0] ?? [], texts)}
        </p>
        <button
          type="button"
          className="button small"
          onClick={() => useSweep.getState().open(block)}
        >
          Open this block
        </button>
      </header>
    );
  return (
    <header className="inspector-head">
      <h2>{run.list.at(selected)}</h2>
      <p>
        {text ? (
          <>
            <Mark mark={text.mark} />
            <b style={{ color: markColour(text.mark).strong }}>{text.name}</b>
          </>
        ) : (
          "not asked yet"
        )}
        <span className="dim">to {destinationAt(run.plan, run.list, index)}</span>
      </p>
      {text && <p>{text.means}</p>}
      <button type="button" className="button small" onClick={() => makeScenario(index)}>
        Make it the scenario
      </button>
    </header>
  );
}

/** Addresses that tcp_proxy's own cluster took. */
function Undecided({ view }: { readonly view: SweepRunView }) {
  const { found, tally, run } = view;
  const undecided = found.filter(({ text }) => text.isUndecided);
  const count = undecided.reduce((sum, one) => sum + one.count, 0);
  const first = undecided
    .flatMap(({ text }) => tally.firsts.get(text.code) ?? [])
    .sort((a, b) => a - b)
    .slice(0, 5);
  return (
    <Section title="Undecided">
      {count === 0 ? (
        <p className="note">
          {run.done < run.codes.length
            ? "None so far."
            : "None. The filter decided every connection that it let through."}
        </p>
      ) : (
        <>
          <p className="note">
            {formatCount(count)} went to tcp_proxy’s own cluster, since the filter named none.
            First:
          </p>
          <ul className="places">
            {first.map((index) => (
              <li key={index}>
                <Place view={view} index={index} />
              </li>
            ))}
          </ul>
        </>
      )}
    </Section>
  );
}
