import { useEffect, useMemo, useRef, useState, type KeyboardEvent } from "react";
import { makeScenario } from "../../session/sweep/sweep.ts";
import { useSweep } from "../../state/sweep.ts";
import { blockName, cellSize, cellShares, cellsOf, type Cell } from "../../trace/sweep/heatMap.ts";
import { SelectField } from "../Field.tsx";
import { useSize } from "../useSize.ts";
import { HeatCell, cellText } from "./HeatCell.tsx";
import type { SweepRunView } from "./useSweepRun.ts";

/** Below this width of the map, eight cells stand in a row instead of sixteen. */
const WIDE = 620;

/** The addresses of a block, or its blocks, each in the colour and the shape of its outcome. */
export function HeatMap({ view }: { readonly view: SweepRunView }) {
  const { run, texts } = view;
  const path = useSweep((state) => state.path);
  const selected = useSweep((state) => state.selected);
  const port = useSweep((state) => state.port);
  const [hovered, setHovered] = useState<number>();
  const grid = useRef<HTMLDivElement>(null);
  const { width } = useSize(grid);
  const columns = width > 0 && width < WIDE ? 8 : 16;
  const block = useMemo(() => path.at(-1) ?? { first: 0, size: run.list.count }, [path, run.list]);
  const cells = useMemo(() => cellsOf(run.list, block), [run.list, block]);
  const codes = run.codes.subarray(port * run.list.count, (port + 1) * run.list.count);
  // The outcomes are filled in place: the run is another object when there are more.
  const shares = useMemo(() => cellShares(codes, cells), [run, port, cells]); // eslint-disable-line react-hooks/exhaustive-deps
  const active = Math.max(
    0,
    cells.findIndex(({ first, size }) => selected >= first && selected < first + size),
  );
  useEffect(() => {
    grid.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }, [active, block]);

  const { set, open } = useSweep.getState();
  const select = (index: number) => set({ selected: cells[index]?.first ?? selected });
  const enter = ({ first, size }: Cell) =>
    size > 1 ? open({ first, size }) : makeScenario(port * run.list.count + first);
  function key(event: KeyboardEvent) {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const cell = cells[active];
    const moves: Readonly<Record<string, number>> = {
      ArrowRight: active + 1,
      ArrowLeft: active - 1,
      ArrowDown: active + columns,
      ArrowUp: active - columns,
      Home: active - (active % columns),
      End: Math.min(cells.length - 1, active - (active % columns) + columns - 1),
      PageDown: active + 4 * columns,
      PageUp: active - 4 * columns,
    };
    const to = moves[event.key];
    if (to !== undefined) {
      if (to >= 0 && to < cells.length) select(to);
    } else if (event.key === "Enter" && cell) enter(cell);
    else if (event.key === "Escape" && path.length > 1) set({ path: path.slice(0, -1) });
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  const rows = Array.from({ length: Math.ceil(cells.length / columns) }, (_, row) =>
    cells.slice(row * columns, (row + 1) * columns),
  );
  const pointed = cells[hovered ?? active];
  return (
    <section className="heat" aria-label="Map of addresses">
      <div className="heat-head">
        <nav className="heat-path" aria-label="Zoom">
          {path.map((one, depth) => (
            <button
              key={depth}
              type="button"
              className="link"
              aria-current={depth === path.length - 1 ? "true" : undefined}
              onClick={() => set({ path: path.slice(0, depth + 1) })}
            >
              {depth === 0 && run.plan.ranges.length > 1
                ? `All ${run.plan.ranges.length} entries`
                : blockName(run.list, one)}
            </button>
          ))}
        </nav>
        {run.plan.destinations.length > 1 && (
          <span className="heat-port">
            <SelectField
              label="To"
              value={String(port)}
              options={run.plan.destinations.map((name, index) => ({ value: String(index), name }))}
              onChange={(value) => set({ port: Number(value) })}
            />
          </span>
        )}
        <p className="heat-pointed">
          {pointed && (
            <>
              <code>{blockName(run.list, pointed)}</code>{" "}
              {cellText(shares[hovered ?? active] ?? [], texts)}
            </>
          )}
        </p>
      </div>
      <div
        ref={grid}
        className="heat-grid"
        role="grid"
        aria-label="Heat map"
        aria-readonly="true"
        aria-rowcount={rows.length}
        aria-colcount={columns}
        tabIndex={0}
        aria-activedescendant={`cell-${active}`}
        data-columns={columns}
        onKeyDown={key}
        onPointerLeave={() => setHovered(undefined)}
        onPointerOver={({ target }) => setHovered(indexOf(target))}
        onClick={({ target }) => select(indexOf(target) ?? active)}
        onDoubleClick={({ target }) => {
          const cell = cells[indexOf(target) ?? -1];
          if (cell) enter(cell);
        }}
      >
        {rows.map((row, rowIndex) => (
          <div role="row" key={rowIndex}>
            {row.map((cell, column) => {
              const index = rowIndex * columns + column;
              return (
                <HeatCell
                  key={cell.first}
                  index={index}
                  label={cell.label}
                  name={blockName(run.list, cell)}
                  shares={shares[index] ?? []}
                  texts={texts}
                  isSelected={index === active}
                />
              );
            })}
          </div>
        ))}
      </div>
      <p className="note heat-note">
        {cellSize(block) > 1
          ? "Enter or a double click opens a block; Esc goes back."
          : `Enter or a double click makes the address the scenario${path.length > 1 ? "; Esc goes back" : ""}.`}
      </p>
    </section>
  );
}

/** The cell that an event is at. */
function indexOf(target: EventTarget): number | undefined {
  const cell = target instanceof Element ? target.closest("[data-index]") : null;
  return cell ? Number(cell.getAttribute("data-index")) : undefined;
}
