import "../../styles/observed.css";
import { useStore } from "../../state/store.ts";
import { bytesText, asText } from "../../trace/describeValue.ts";
import { CLUSTER_KEY, filterStateWrites } from "../../trace/filterStateAt.ts";
import { lastChange } from "../../trace/observation.ts";
import { EventLink } from "../EventLink.tsx";
import { useRun, useSelectedConnection, type RunView } from "../useRun.ts";
import { StatTable } from "./StatTable.tsx";

/** Filter state of the chosen connection, and every statistic, as they are at the playhead. */
export function StateTab() {
  const run = useRun();
  const cursor = useStore((state) => state.cursor);
  const connection = useSelectedConnection(run);
  return (
    <div className="observed" role="region" aria-label="State" tabIndex={0}>
      <section>
        <h2>
          Filter state{" "}
          <span className="note">
            of {connection?.facts.accept?.source ?? connection?.facts.id ?? "no connection"},{" "}
            {cursor === undefined ? "at the end of the run" : "at the playhead"}
          </span>
        </h2>
        <FilterState run={run} cursor={cursor} connection={connection?.facts.id ?? ""} />
      </section>
      <StatTable cursor={cursor} />
    </div>
  );
}

function FilterState(props: {
  readonly run: RunView;
  readonly cursor: number | undefined;
  readonly connection: string;
}) {
  const { run, cursor, connection } = props;
  const keys = filterStateWrites(run.events).get(connection);
  if (keys === undefined)
    return <p className="note">No call writes filter state of this connection.</p>;
  return (
    <table className="plain-table">
      <thead>
        <tr>
          <th scope="col">Key</th>
          <th scope="col">Value</th>
          <th scope="col">Span</th>
          <th scope="col">Written</th>
        </tr>
      </thead>
      <tbody>
        {[...keys].map(([key, writes]) => {
          const now = lastChange(writes, cursor);
          return (
            <tr key={key} className={now === undefined ? "ahead" : undefined}>
              <th scope="row">
                {key}
                {key === CLUSTER_KEY ? <small> tcp_proxy reads it</small> : undefined}
              </th>
              <td>{now === undefined ? "not written yet" : valueText(now.value)}</td>
              <td>{(now ?? writes[0])?.span}</td>
              <td>
                {writes.map(({ seq, value }, index) => (
                  <span key={seq} className={seq === now?.seq ? "current" : "dim"}>
                    {index === 0 ? "" : ", "}
                    <EventLink seq={seq} /> {writes.length > 1 ? valueText(value) : ""}
                  </span>
                ))}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

const valueText = (bytes: Uint8Array) => asText(bytes) ?? bytesText(bytes);
