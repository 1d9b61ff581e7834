import type { ExportRole, ModuleInspection } from "../../state/moduleInspection.ts";
import { Mark } from "../Mark.tsx";
import { count } from "./ImportTable.tsx";
import { Signature } from "./Signature.tsx";

const roles: Readonly<Record<ExportRole, string>> = {
  abi: "ABI marker",
  allocator: "allocator",
  start: "start function",
  callback: "callback",
  memory: "guest memory",
  otherType: "wrong type; Envoy wants",
  unused: "not used by Envoy",
  unchecked: "not checked",
};

/** Every export, with what it is to Envoy. */
export function ExportTable({ inspection }: { readonly inspection: ModuleInspection }) {
  const { exports, exportCount } = inspection;
  if (exportCount === 0) return null;
  return (
    <section className="report-part">
      <h3 id="exports-title">
        Exports <span className="dim">{count(exports.length, exportCount)}</span>
      </h3>
      <table aria-labelledby="exports-title">
        <thead>
          <tr>
            <th scope="col">Export</th>
            <th scope="col">Type</th>
            <th scope="col">To Envoy 1.40</th>
          </tr>
        </thead>
        <tbody>
          {exports.map(({ name, type, role, wanted }, index) => (
            <tr key={index} className={role === "otherType" ? "fatal" : undefined}>
              <th scope="row">
                {role === "otherType" && <Mark mark="bad" />}
                {name}
              </th>
              <td>
                <Signature text={type} />
              </td>
              <td className={role === "unused" || role === "unchecked" ? "dim" : undefined}>
                {roles[role]}
                {wanted !== undefined && (
                  <>
                    {" "}
                    <Signature text={wanted} />
                  </>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
