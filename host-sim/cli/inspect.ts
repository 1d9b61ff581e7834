/** `wasmerang inspect`: the pre-flight report of a module. */
import {
  formatSignature,
  hostFunctionsFor,
  inspectModule,
  type ModuleReport,
  type WasmImport,
} from "../src/index.ts";
import { Exit, oneOf, onePositional, parseArguments, readInput, type Output } from "./command.ts";

export const INSPECT_USAGE = `Usage: wasmerang inspect FILE.wasm [--format text|json]

Tells whether Envoy 1.40 would take the module, and why not, without running it.

Exit status: 0 Envoy takes it, 3 Envoy refuses it, 2 bad input.
`;

export function inspectCommand(args: readonly string[], output: Output): Exit {
  const parsed = parseArguments(args, { format: { type: "string" } });
  const format = oneOf(parsed, "format", ["text", "json"]) ?? "text";
  const file = onePositional(parsed, "FILE.wasm");
  const report = inspectModule(new Uint8Array(readInput(file)), hostFunctionsFor);
  output.out(
    format === "json" ? `${JSON.stringify(report, undefined, 2)}\n` : formatReport(file, report),
  );
  return report.accepted ? Exit.ok : Exit.moduleFailed;
}

/** The report for people. */
export function formatReport(file: string, report: ModuleReport): string {
  const rows: (readonly [string, string])[] = [
    ["ABI", report.abi ?? "none"],
    [
      "callbacks",
      {
        network: "network filter (TCP)",
        http: "HTTP filter",
        both: "network and HTTP filter",
        none: "none",
      }[report.kind],
    ],
    ["toolchain", report.sdk ? `${report.sdk.sdk} (${report.sdk.evidence})` : "unknown"],
    ["start", report.startFunctions.join(", then ") || "no start function"],
    ["start section", report.startSection ? "yes" : "no"],
    ["allocator", report.allocator ?? "none"],
    ["memory", formatMemory(report)],
    [
      "size",
      `${report.size} bytes (code ${report.codeSize}, data ${report.dataSize}), ${report.functionCount} functions`,
    ],
    [
      "names",
      report.hasFunctionNames
        ? "yes: traps come with a back-trace"
        : "no: traps come without a back-trace",
    ],
    ["custom", report.customSections.map((it) => `${it.name} (${it.size})`).join(", ") || "none"],
  ];
  const lines = [
    `${file}: Envoy 1.40 ${report.accepted ? "takes this module" : "REFUSES this module"}`,
  ];
  if (report.reason) lines.push("", report.reason.summary, report.reason.remedy);
  if (report.lines.length > 0) {
    lines.push("", "Envoy's log", ...report.lines.map((it) => `  [${it.level}] ${it.line}`));
  }
  for (const warning of report.warnings) lines.push("", `Warning: ${warning}`);
  lines.push("", ...rows.map(([name, value]) => `${name.padEnd(14)}${value}`));
  lines.push("", "imports", ...list(report.imports.map(formatImport)));
  lines.push("", "exports", ...list(report.exports.map(formatExport)));
  return `${lines.join("\n")}\n`;
}

function list(items: readonly string[]): readonly string[] {
  return items.length > 0 ? items.map((item) => `  ${item}`) : ["  none"];
}

function formatMemory({ memory }: ModuleReport): string {
  if (!memory) return "none";
  const maximum = memory.maximum === undefined ? "" : `, at most ${memory.maximum}`;
  const pages = memory.initial === 1 ? "1 page" : `${memory.initial} pages`;
  return `${pages} of 64 KiB${maximum}`;
}

function formatImport(it: WasmImport): string {
  const type = it.kind === "function" && it.signature ? formatSignature(it.signature) : it.kind;
  return `${it.module}.${it.name}: ${type}`;
}

function formatExport(it: ModuleReport["exports"][number]): string {
  return `${it.name}: ${it.signature ? formatSignature(it.signature) : it.kind}`;
}
