import {
  exportsOf,
  isNoModule,
  memoryText,
  type ModuleInspection,
} from "../../state/moduleInspection.ts";
import { restoreModule } from "../../session/playground.ts";
import type { Module } from "../../state/store.ts";
import { Facts, Section, type Fact } from "../inspector/parts.tsx";
import { ChooseFile } from "../OpenModule.tsx";

const kinds = {
  network: "network filter (TCP)",
  http: "HTTP filter",
  both: "network and HTTP filter",
  none: "no filter callbacks",
} as const;

/** Facts about the file, Envoy's log lines, and the way to another file. */
export function ModuleSummary(props: {
  readonly module: Module;
  readonly inspection: ModuleInspection | undefined;
}) {
  const { module, inspection } = props;
  return (
    <div className="inspector-body">
      <header className="inspector-head">
        <h2>{module.name}</h2>
        <p>
          {module.isBuiltIn
            ? "The filter that came with this page."
            : module.entry !== undefined
              ? "Built from sources that came with this page; they are in the Code view."
              : "Read in this page. Nothing is uploaded, stored or put into links."}
        </p>
        {!module.isBuiltIn && (
          <button type="button" className="button small" onClick={restoreModule}>
            Back to the built-in filter
          </button>
        )}
      </header>
      <Section title="Summary">
        <Facts
          facts={[
            ["size", `${grouped(module.bytes.length)} B`],
            module.sha256 === "" ? undefined : ["sha256", module.sha256],
            ...(inspection && !isNoModule(inspection.report) ? factsOf(inspection) : []),
          ]}
        />
      </Section>
      {inspection && <CustomSections inspection={inspection} />}
      {inspection && inspection.report.lines.length > 0 && (
        <Section title="What Envoy logs">
          <pre className="preformatted">
            {inspection.report.lines
              .map(({ level, line }) => `[${level}][wasm] ${line}`)
              .join("\n")}
          </pre>
        </Section>
      )}
      <Section title="Load another">
        <p className="drop-box">
          Drop a .wasm file anywhere on the page
          <br />
          or <ChooseFile className="link" label="choose a file" />
        </p>
      </Section>
    </div>
  );
}

function factsOf(inspection: ModuleInspection): readonly (Fact | undefined)[] {
  const { report } = inspection;
  const { abi, kind, sdk, startSection } = report;
  const starts = report.accepted ? report.startFunctions : exportsOf(inspection, "start");
  return [
    ["ABI", abi ?? "none that Envoy knows"],
    ["kind", kinds[kind]],
    ["SDK", sdk ? <Guess key="sdk" sdk={sdk.sdk} evidence={sdk.evidence} /> : "unknown"],
    ["memory", memoryText(report)],
    ["start", starts.join(", then ") || "no start function"],
    ["start section", startSection ? "yes" : "no"],
    ["allocator", exportsOf(inspection, "allocator")[0] ?? "none"],
    ["functions", `${grouped(report.functionCount)}, ${grouped(report.codeSize)} B of code`],
    ["data", `${grouped(report.dataSize)} B`],
    [
      "names",
      report.hasFunctionNames ? "yes: traps have back-traces" : "no: traps have no back-trace",
    ],
    report.sourceMapUrl === undefined ? undefined : ["source map", report.sourceMapUrl],
  ];
}

function Guess({ sdk, evidence }: { readonly sdk: string; readonly evidence: string }) {
  return (
    <>
      {sdk} <span className="dim">by {evidence}</span>
    </>
  );
}

function CustomSections({ inspection }: { readonly inspection: ModuleInspection }) {
  const { customSections } = inspection.report;
  if (customSections.length === 0) return null;
  return (
    <Section title="Custom sections">
      <ul className="custom-sections">
        {customSections.map(({ name, size }, index) => (
          <li key={index}>
            <code>{name}</code> <span className="dim">{grouped(size)} B</span>
          </li>
        ))}
      </ul>
    </Section>
  );
}

/** `28 725`. */
const grouped = (count: number) => count.toLocaleString("en").replaceAll(",", " ");
