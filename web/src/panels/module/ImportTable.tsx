import type { ImportAnswer, ImportRow, ModuleInspection } from "../../state/moduleInspection.ts";
import { Facts } from "../inspector/parts.tsx";
import { Mark } from "../Mark.tsx";
import { Signature } from "./Signature.tsx";

const answers: Readonly<Record<ImportAnswer, string>> = {
  offered: "host function",
  otherType: "another type",
  missing: "not offered",
  tooLarge: "more than 16 384 pages",
  made: "made by the host",
  unchecked: "not checked",
};

/** What Envoy has in place of the import that fails. */
const offers: Readonly<Record<ImportAnswer, string>> = {
  ...answers,
  missing: "nothing of this name",
  tooLarge: "memories of at most 16 384 pages",
};

/** The import at which Envoy stops, with both types beside each other. */
export function FatalImport({ rows }: { readonly rows: readonly ImportRow[] }) {
  const fatal = rows.find(({ isFatal }) => isFatal);
  if (!fatal) return null;
  const { name, type, answer, offered, near } = fatal;
  return (
    <section className="report-part" aria-label="The import that fails">
      <h3>The import that fails</h3>
      <Facts
        facts={[
          ["import", name],
          ["its type", <Signature key="type" text={type} />],
          ["Envoy has", offered ? <Signature key="offered" text={offered} /> : offers[answer]],
          near && [
            "near match",
            <span key="near">
              {near.name}: <Signature text={near.type} />
            </span>,
          ],
        ]}
      />
    </section>
  );
}

/** Every import, with what Envoy says to it. */
export function ImportTable({ inspection }: { readonly inspection: ModuleInspection }) {
  const { imports, importCount, report } = inspection;
  if (importCount === 0) return null;
  return (
    <section className="report-part">
      <h3 id="imports-title">
        Imports <span className="dim">{count(imports.length, importCount)}, in module order</span>
      </h3>
      {report.abi === undefined && (
        <p className="note">Envoy refuses the file before it looks at imports.</p>
      )}
      <table aria-labelledby="imports-title">
        <thead>
          <tr>
            <th scope="col">Import</th>
            <th scope="col">Type</th>
            <th scope="col">Envoy 1.40</th>
          </tr>
        </thead>
        <tbody>
          {imports.map((row, index) => (
            <tr key={index} className={row.isFatal ? "fatal" : isBad(row) ? "wrong" : undefined}>
              <th scope="row">
                {isBad(row) && <Mark mark="bad" />}
                {row.name}
              </th>
              <td>
                <Signature text={row.type} />
              </td>
              <td>
                {answers[row.answer]}
                {row.answer === "otherType" && row.offered !== undefined && (
                  <>
                    : <Signature text={row.offered} />
                  </>
                )}
                {row.isFatal && "; Envoy stops here"}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

const isBad = ({ answer }: ImportRow) =>
  answer === "missing" || answer === "otherType" || answer === "tooLarge";

/** `12`, or `the first 1000 of 20000`. */
export function count(shown: number, all: number): string {
  return shown === all ? String(all) : `the first ${shown} of ${all}`;
}
