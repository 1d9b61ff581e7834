import { useRef, type KeyboardEvent } from "react";
import { useFaults, type FaultCell } from "../../state/faults.ts";
import {
  columns,
  type ColumnName,
  type MatrixCell,
  type MatrixRow,
} from "../../trace/faults/matrix.ts";
import { columnTitles, severityWords } from "../../trace/faults/words.ts";
import { Mark } from "../Mark.tsx";
import { EventLink } from "../EventLink.tsx";
import type { FaultRunView } from "./useFaultRun.ts";

/** A row for each call, a column for each kind of fault; arrow keys go from cell to cell. */
export function FaultTable({ view }: { readonly view: FaultRunView }) {
  const { rows, selected } = view;
  const table = useRef<HTMLTableElement>(null);
  const move = (event: KeyboardEvent) => {
    const at = selected?.at;
    const next = at && nextCell(rows, at, event.key);
    if (!next) return;
    event.preventDefault();
    event.stopPropagation();
    useFaults.getState().set({ selected: next });
    table.current?.querySelector<HTMLElement>(`[data-cell="${next.seq}-${next.column}"]`)?.focus();
  };
  return (
    <table className="fault-table" ref={table} onKeyDown={move}>
      <caption className="hidden">
        What each kind of fault at each call leads to. Arrow keys go from cell to cell.
      </caption>
      <thead>
        <tr>
          <th scope="col">Call</th>
          {columns.map((column) => (
            <th scope="col" key={column}>
              {columnTitles[column][0]}
              <small>{columnTitles[column][1]}</small>
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.seq}>
            <th scope="row" title={`${row.call} ${row.subject ?? ""}`}>
              <EventLink seq={row.seq} /> {row.call.replace(/^proxy_/, "")}{" "}
              <span className="dim">{row.subject ?? (row.isPlugins ? "at start" : "")}</span>
            </th>
            {columns.map((column) => {
              const cell = row.cells.get(column);
              const isSelected = selected?.at.seq === row.seq && selected.at.column === column;
              return (
                <td key={column}>
                  {cell ? (
                    <Cell
                      at={{ seq: row.seq, column }}
                      row={row}
                      cell={cell}
                      isSelected={isSelected}
                    />
                  ) : (
                    <span className="none" aria-hidden="true">
                      ·
                    </span>
                  )}
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Cell(props: {
  readonly at: FaultCell;
  readonly row: MatrixRow;
  readonly cell: MatrixCell;
  readonly isSelected: boolean;
}) {
  const { at, row, cell, isSelected } = props;
  const { name, mark } = severityWords[cell.severity];
  const count = cell.results.length;
  return (
    <button
      type="button"
      className={`fault-cell ${cell.severity}`}
      data-cell={`${at.seq}-${at.column}`}
      aria-pressed={isSelected}
      tabIndex={isSelected ? 0 : -1}
      title={severityWords[cell.severity].title}
      onClick={() => useFaults.getState().set({ selected: at })}
    >
      <span className="hidden">
        {row.call} {row.nth}, {columnTitles[at.column][0]}:{" "}
      </span>
      <Mark mark={mark} size={11} />
      <span className="word">{name}</span>
      {count > 1 && (
        <small>
          <span className="hidden">, the worst of </span>
          {count}
        </small>
      )}
    </button>
  );
}

/** The cell in a direction that has results; undefined where there is none. */
function nextCell(
  rows: readonly MatrixRow[],
  { seq, column }: FaultCell,
  key: string,
): FaultCell | undefined {
  const row = rows.findIndex((it) => it.seq === seq);
  const at = columns.indexOf(column);
  const [down, right] =
    key === "ArrowDown"
      ? [1, 0]
      : key === "ArrowUp"
        ? [-1, 0]
        : key === "ArrowRight"
          ? [0, 1]
          : key === "ArrowLeft"
            ? [0, -1]
            : [0, 0];
  if (right !== 0) {
    const cells = rows[row]?.cells;
    const ahead = right > 0 ? columns.slice(at + 1) : columns.slice(0, at).reverse();
    const found = ahead.find((name) => cells?.has(name));
    return found && { seq, column: found };
  }
  const to = rows[row + down];
  if (down === 0 || !to) return undefined;
  // The same kind of fault, or the nearest that the call can have.
  const distance = (name: ColumnName) => Math.abs(columns.indexOf(name) - at);
  const [nearest] = [...to.cells.keys()].sort((a, b) => distance(a) - distance(b));
  return nearest && { seq: to.seq, column: nearest };
}
