import { useEffect, useState } from "react";
import type stored from "../../../host-sim/conformance.json";
import {
  countLevels,
  levelNames,
  levelOf,
  matchingRows,
  type ConformanceRow,
  type Level,
} from "../state/conformance.ts";

type Table = typeof stored;
const levels: readonly Level[] = ["proven", "modelled", "partly", "notModelled"];

/** What of Envoy the simulator does, and what real Envoy has been asked about. */
export function Modelled() {
  const [table, setTable] = useState<Table | Error>();
  useEffect(() => {
    import("../../../host-sim/conformance.json").then(
      (loaded) => setTable(loaded.default),
      (error: unknown) => setTable(error instanceof Error ? error : new Error(String(error))),
    );
  }, []);
  return (
    <>
      <p>
        The page runs the compiled filter against a proxy-wasm host that does what Envoy 1.40 does,
        call by call. Time is virtual and chance is seeded, so the same input gives the same trace:
        networks and hosts take no time but the delays of the scenario.
      </p>
      <p className="spaced">
        <b>Proven</b>: parity tests in the repository ask real Envoy in the number of cases shown,
        and compare line by line. <b>Modelled</b>: written from Envoy’s source, asked in no case of
        its own. What is <b>not modelled</b> is marked in the trace when a filter uses it.
      </p>
      <p className="spaced">
        Not on this page yet: editing the filter’s source, sweeping over address ranges, comparing
        runs, injecting faults, exporting configuration for Envoy.
      </p>
      {table instanceof Error ? (
        <p className="note bad" role="alert">
          The table could not be loaded: {table.message}
        </p>
      ) : (
        table && <Tables table={table} />
      )}
    </>
  );
}

function Tables({ table: { behaviours, functions } }: { readonly table: Table }) {
  const [search, setSearch] = useState("");
  const [level, setLevel] = useState<Level>();
  const counts = countLevels([...behaviours, ...functions]);
  const shownBehaviours = matchingRows(behaviours, search, level);
  const shownFunctions = matchingRows(functions, search, level);
  const all = behaviours.length + functions.length;
  const shown = shownBehaviours.length + shownFunctions.length;
  return (
    <>
      <div className="conformance-bar">
        <input
          className="input"
          type="search"
          aria-label="Search behaviours and host functions"
          placeholder="Search"
          value={search}
          onChange={({ target }) => setSearch(target.value)}
        />
        <div className="segmented" role="group" aria-label="How far">
          <button
            type="button"
            aria-pressed={level === undefined}
            onClick={() => setLevel(undefined)}
          >
            all {all}
          </button>
          {levels.map((one) => (
            <button
              key={one}
              type="button"
              aria-pressed={level === one}
              onClick={() => setLevel(one)}
            >
              {levelNames[one]} {counts[one]}
            </button>
          ))}
        </div>
      </div>
      <p className="note" role="status">
        {shown === 0 ? `No row matches “${search}”.` : `${shown} of ${all} rows`}
      </p>
      {shownBehaviours.length > 0 && (
        <table className="conformance">
          <caption>Behaviours</caption>
          <Head first="Behaviour" second="Part" />
          <tbody>
            {shownBehaviours.map((row) => (
              <tr key={row.text}>
                <th scope="row">{row.text}</th>
                <td>{row.chapter}</td>
                <LevelCells row={row} />
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {shownFunctions.length > 0 && (
        <table className="conformance">
          <caption>Host functions</caption>
          <Head first="Function" second="ABI" />
          <tbody>
            {shownFunctions.map((row) => (
              <tr key={`${row.module} ${row.name}`}>
                <th scope="row">
                  <code>{row.name}</code>
                  {row.module === "wasi" && <span className="dim"> WASI</span>}
                  {row.remark !== "" && <span className="remark">{row.remark}</span>}
                </th>
                <td>{row.abis}</td>
                <LevelCells row={row} />
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}

function Head({ first, second }: { readonly first: string; readonly second: string }) {
  return (
    <thead>
      <tr>
        <th scope="col">{first}</th>
        <th scope="col">{second}</th>
        <th scope="col">Here</th>
        <th scope="col">Cases</th>
      </tr>
    </thead>
  );
}

function LevelCells({ row }: { readonly row: ConformanceRow }) {
  const level = levelOf(row);
  return (
    <>
      <td className={`level ${level}`}>{levelNames[level]}</td>
      <td className="cases">{row.cases === 0 ? "–" : row.cases}</td>
    </>
  );
}
