import "../../styles/observed.css";
import { memo, useMemo, useState } from "react";
import { useStore } from "../../state/store.ts";
import {
  lastPhase,
  phaseColumns,
  propertyRows,
  type PhaseColumn,
  type PropertyRow,
} from "../../trace/propertyMatrix.ts";
import type { PropertiesAnswer } from "../../trace/observation.ts";
import { useObservation } from "../useObservation.ts";
import { useRun, useSelectedConnection } from "../useRun.ts";

/** Every property that Envoy knows, at each callback: there or not, why, and the value. */
export function PropertyMatrix() {
  const run = useRun();
  const connection = useStore((state) => state.connection);
  const source = useSelectedConnection(run)?.facts.accept?.source;
  const hasConnection = connection < run.document.connections.length;
  const observed = useObservation<"properties">(
    hasConnection ? { kind: "properties", connection } : undefined,
  );
  return (
    <div className="observed" role="region" aria-label="Properties" tabIndex={0}>
      {!hasConnection ? (
        <p className="note">There is no connection to read properties of.</p>
      ) : observed.status === "asking" ? (
        <p className="note">Reading every property at every callback …</p>
      ) : observed.status === "failed" ? (
        <p className="note">The properties could not be read: {observed.message}.</p>
      ) : observed.answer.phases.length === 0 ? (
        <p className="note">
          Envoy never asks the filter about this connection, so there is no moment to read at.
        </p>
      ) : (
        <Matrix answer={observed.answer} source={source ?? "this connection"} />
      )}
    </div>
  );
}

function Matrix(props: { readonly answer: PropertiesAnswer; readonly source: string }) {
  const { answer, source } = props;
  const cursor = useStore((state) => state.cursor);
  const [search, setSearch] = useState("");
  const [chosen, setChosen] = useState<string>();
  // Between two callbacks nothing changes: the table is drawn when the playhead passes one.
  const moment = lastPhase(answer, cursor)?.seq ?? -1;
  const columns = useMemo(() => phaseColumns(answer, moment), [answer, moment]);
  const shown =
    columns.find(({ callback }) => callback === chosen) ?? columns.find((it) => it.isNow);
  const rows = useMemo(
    () => propertyRows(answer, columns, shown, search),
    [answer, columns, shown, search],
  );
  return (
    <>
      <div className="observed-tools">
        <input
          className="input"
          type="search"
          placeholder="Filter properties"
          aria-label="Filter properties"
          autoComplete="off"
          spellCheck={false}
          value={search}
          onChange={({ target }) => setSearch(target.value)}
        />
        <p className="note">
          What {source} has, read from the simulator itself. ● there, – not there. Choose a column
          to see its values; ↧ is where the {cursor === undefined ? "run ends" : "playhead stands"}.
        </p>
      </div>
      <div className="matrix-scroll">
        <table className="plain-table matrix">
          <thead>
            <tr>
              <th scope="col">Property</th>
              <th scope="col" className="value">
                {shown === undefined ? "Value" : `Value in ${shown.name}`}
                {shown?.isAssumed ? <small> if it came to that</small> : undefined}
              </th>

              {columns.map((column) => (
                <th key={column.callback} scope="col" className="phase">
                  <PhaseButton
                    column={column}
                    isShown={column === shown}
                    onChoose={() => setChosen(column.callback)}
                  />
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <Row key={row.path} row={row} columns={columns} shown={shown} />
            ))}
          </tbody>
        </table>
      </div>
      {rows.length === 0 ? (
        <p className="note" role="status">
          No property matches “{search}”.
        </p>
      ) : undefined}
      <p className="note">
        In the plugin&apos;s own callbacks (configure, tick) only plugin_name, plugin_root_id and
        plugin_vm_id have a value. Columns in italics did not happen in this run: they are of a run
        in which the connection carries bytes both ways and the client closes it.
      </p>
    </>
  );
}

const Row = memo(function Row(props: {
  readonly row: PropertyRow;
  readonly columns: readonly PhaseColumn[];
  readonly shown: PhaseColumn | undefined;
}) {
  const { row, columns, shown } = props;
  const { path, cells, text, isThere, type } = row;
  return (
    <tr>
      <th scope="row">{path}</th>
      <td className={isThere ? "value" : "value absent"}>
        {text} {type === undefined ? undefined : <small>{type}</small>}
      </td>
      {cells.map((cell, index) => (
        <td
          key={columns[index]?.callback}
          className={`phase ${cell.isThere ? "there" : "absent"} ${columns[index] === shown ? "shown" : ""} ${columns[index]?.isAssumed ? "assumed" : ""}`}
          title={cell.text}
        >
          {/* One element a cell: of hidden text beside it, the layout of the table would double. */}
          <span role="img" aria-label={cell.isThere ? "there" : "not there"}>
            {cell.isThere ? "●" : "–"}
          </span>
        </td>
      ))}
    </tr>
  );
});

function PhaseButton(props: {
  readonly column: PhaseColumn;
  readonly isShown: boolean;
  readonly onChoose: () => void;
}) {
  const { column, isShown, onChoose } = props;
  return (
    <button
      type="button"
      aria-pressed={isShown}
      className={column.isAssumed ? "assumed" : undefined}
      title={column.callback}
      onClick={onChoose}
    >
      {column.name}
      {column.isNow ? (
        <>
          <span aria-hidden="true"> ↧</span>
          <span className="hidden"> (now)</span>
        </>
      ) : undefined}
    </button>
  );
}
