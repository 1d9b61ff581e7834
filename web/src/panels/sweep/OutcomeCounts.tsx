import { useSweep } from "../../state/sweep.ts";
import { formatCount } from "../../trace/formatCount.ts";
import { Mark } from "../Mark.tsx";
import { Section } from "../inspector/parts.tsx";
import { Counts } from "../results/Counts.tsx";
import type { SweepRunView } from "./useSweepRun.ts";

/** The key of the map: each outcome with its shape, count and share. */
export function OutcomeCounts({ view }: { readonly view: SweepRunView }) {
  const { found, run } = view;
  return (
    <Counts
      outcomes={found.slice(0, 8).map(({ text, count }) => ({
        key: text.code,
        mark: text.mark,
        name: text.name,
        count,
        share: share(count, run.codes.length),
      }))}
    >
      {found.length > 8 && <li className="dim">{found.length - 8} more at the right</li>}
    </Counts>
  );
}

/** The same as a table with the first address of each, which leads there. */
export function OutcomeTable({ view }: { readonly view: SweepRunView }) {
  const { found, run, tally } = view;
  return (
    <Section title="Outcomes">
      <table className="sweep-table">
        <thead>
          <tr>
            <th scope="col">Outcome</th>
            <th scope="col">Count</th>
            <th scope="col">First</th>
          </tr>
        </thead>
        <tbody>
          {found.map(({ text, count }) => (
            <tr key={text.code}>
              <th scope="row" title={text.means}>
                <Mark mark={text.mark} />
                {text.name}
              </th>
              <td>{formatCount(count)}</td>
              <td>
                <Place view={view} index={tally.firsts.get(text.code)?.[0] ?? 0} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {run.done < run.codes.length && (
        <p className="note">{formatCount(run.codes.length - run.done)} not asked yet</p>
      )}
    </Section>
  );
}

/** The address of a connection; brings it into view. */
export function Place({ view, index }: { readonly view: SweepRunView; readonly index: number }) {
  const { list, plan } = view.run;
  const port = plan.destinations[Math.floor(index / list.count)]?.split(":").at(-1);
  return (
    <button
      type="button"
      className="event-link place"
      title="Show it in the map"
      onClick={() => useSweep.getState().show(index)}
    >
      {list.at(index % list.count)}
      {plan.destinations.length > 1 ? ` to :${port}` : ""}
    </button>
  );
}

function share(count: number, of: number): string {
  const percent = (100 * count) / of;
  return `${percent > 0 && percent < 1 ? "<1" : Math.round(percent)}%`;
}
