/** The pre-flight of a module, as rows for the page. Runs in the worker. */
import {
  callbacksOf,
  formatSignature,
  hostFunctionsFor,
  inspectModule,
  nearestName,
  type WasmExport,
  type WasmImport,
  type WasmSignature,
} from "wasmerang";
import type { ExportRow, ImportRow, ModuleInspection } from "../state/moduleInspection.ts";

/** More rows, or longer texts, tell nobody anything and would stop the page. */
const MOST_ROWS = 1000;
const MOST_LETTERS = 1000;
/** Pages of memory that Envoy gives a VM. */
const MOST_PAGES = 16_384;

const startNames: readonly string[] = ["_initialize", "_start"];
const allocators: readonly string[] = ["malloc", "proxy_on_memory_allocate"];

/** Inspects `bytes`, whatever they are. */
export function inspect(bytes: Uint8Array): ModuleInspection {
  const { imports, exports, ...report } = inspectModule(bytes, hostFunctionsFor);
  const host = report.abi && hostFunctionsFor(report.abi);
  const rows = imports.slice(0, MOST_ROWS).map((it) => importRow(it, host));
  const fatal = report.stage === "link" ? rows.findIndex((row) => isBad(row.answer)) : -1;
  const complaints = complaintsOf(report);
  return bounded({
    report,
    imports: rows.map((row, index) => ({ ...row, isFatal: index === fatal })),
    importCount: imports.length,
    exports: exports.slice(0, MOST_ROWS).map((it) => exportRow(it, report, complaints)),
    exportCount: exports.length,
  });
}

const isBad = (answer: ImportRow["answer"]) =>
  answer === "missing" || answer === "otherType" || answer === "tooLarge";

type HostFunctions = ReadonlyMap<string, WasmSignature>;

function importRow(it: WasmImport, host: HostFunctions | undefined): Omit<ImportRow, "isFatal"> {
  const name = `${it.module}.${it.name}`;
  switch (it.kind) {
    case "memory":
    case "table": {
      const isTooLarge = it.kind === "memory" && it.limits.initial > MOST_PAGES;
      return { name, type: it.kind, answer: isTooLarge ? "tooLarge" : "made" };
    }
    case "global":
    case "tag":
      return { name, type: it.kind, answer: host ? "missing" : "unchecked" };
    case "function": {
      const type = it.signature ? formatSignature(it.signature) : "function";
      if (!host) return { name, type, answer: "unchecked" };
      const offered = host.get(name);
      if (!offered) return { name, type, answer: "missing", ...near(name, host) };
      const isSame = !it.signature || JSON.stringify(it.signature) === JSON.stringify(offered);
      return {
        name,
        type,
        answer: isSame ? "offered" : "otherType",
        offered: formatSignature(offered),
      };
    }
  }
}

function near(name: string, host: HostFunctions): Pick<ImportRow, "near"> {
  const found = nearestName(name, host.keys());
  const signature = found === undefined ? undefined : host.get(found);
  return found !== undefined && signature
    ? { near: { name: found, type: formatSignature(signature) } }
    : {};
}

type Report = ModuleInspection["report"];

function exportRow(it: WasmExport, report: Report, complaints: Complaints): ExportRow {
  const { name, kind, signature } = it;
  const type = signature ? formatSignature(signature) : kind;
  const wanted = complaints.get(name);
  if (wanted !== undefined) return { name, type, role: "otherType", wanted };
  return { name, type, role: roleOf(name, kind, report) };
}

function roleOf(name: string, kind: WasmExport["kind"], report: Report): ExportRow["role"] {
  if (kind === "memory") return "memory";
  if (kind !== "function") return "unused";
  if (name === `proxy_abi_version_${report.abi?.replaceAll(".", "_")}`) return "abi";
  if (name === report.allocator) return "allocator";
  if (report.startFunctions.some((start) => start === name)) return "start";
  // Where Envoy does not get as far as looking exports up, what they would be to it.
  if (report.stage === "load" || report.stage === "link") {
    if (allocators.includes(name)) return "allocator";
    if (startNames.includes(name)) return "start";
  }
  if (!report.abi) return "unchecked";
  return callbacksOf(report.abi).has(name) ? "callback" : "unused";
}

/** Exports that Envoy wants with another type, and that type: as its log lines say. */
type Complaints = ReadonlyMap<string, string>;

function complaintsOf({ lines }: Report): Complaints {
  const found = lines.map(({ line }) =>
    /^Bad function signature for: (.*), want: (.*), but /.exec(line),
  );
  return new Map(found.flatMap((it) => (it?.[1] && it[2] ? [[it[1], it[2]] as const] : [])));
}

/** A copy with long texts cut, at any depth. */
function bounded<Type>(value: Type): Type {
  const text = (it: string) => (it.length > MOST_LETTERS ? `${it.slice(0, MOST_LETTERS)}…` : it);
  const visit = (it: unknown): unknown => {
    if (typeof it === "string") return text(it);
    if (Array.isArray(it)) return it.slice(0, MOST_ROWS).map(visit);
    if (typeof it !== "object" || it === null) return it;
    return Object.fromEntries(Object.entries(it).map(([key, inner]) => [key, visit(inner)]));
  };
  return visit(value) as Type;
}
