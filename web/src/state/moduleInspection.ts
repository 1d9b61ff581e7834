/** The pre-flight report of a module as the page shows it; plain data that a worker posts. */
import type { ModuleReport } from "wasmerang";

/** What Envoy 1.40 says to an import. */
export type ImportAnswer =
  /** A host function of this name and type. */
  | "offered"
  /** Envoy has the function with another type. */
  | "otherType"
  /** Envoy has nothing of this name. */
  | "missing"
  /** A memory above Envoy's limit. */
  | "tooLarge"
  /** A table or memory, which the host makes as declared. */
  | "made"
  /** The module says no ABI version, so Envoy does not get this far. */
  | "unchecked";

export interface ImportRow {
  /** `module.name`. */
  readonly name: string;
  /** A signature such as `i32 i32 -> void`, or what else is imported. */
  readonly type: string;
  readonly answer: ImportAnswer;
  /** Envoy's type, where it has a function of this name. */
  readonly offered?: string;
  /** The function that may be meant by a name that Envoy does not have. */
  readonly near?: { readonly name: string; readonly type: string };
  /** Envoy stops at this one. */
  readonly isFatal: boolean;
}

/** What an export is to Envoy. */
export type ExportRole =
  | "abi"
  | "allocator"
  | "start"
  | "callback"
  | "memory"
  /** Envoy looks the name up and wants another type. */
  | "otherType"
  /** Envoy never looks it up. */
  | "unused"
  /** The module says no ABI version, so nobody can tell. */
  | "unchecked";

export interface ExportRow {
  readonly name: string;
  readonly type: string;
  readonly role: ExportRole;
  /** For `otherType`: the type that Envoy wants. */
  readonly wanted?: string;
}

/** At most `MOST_ROWS` rows of each list; the counts are of all. */
export interface ModuleInspection {
  readonly report: Omit<ModuleReport, "imports" | "exports">;
  readonly imports: readonly ImportRow[];
  readonly importCount: number;
  readonly exports: readonly ExportRow[];
  readonly exportCount: number;
}

export interface ReportHeading {
  readonly tone: "plain" | "warn" | "bad";
  /** Completes "name.wasm …". */
  readonly says: string;
  /** Why, or what acceptance means. */
  readonly reason: string;
  readonly remedy?: string;
}

const kinds = {
  network: "It is a network (TCP) filter.",
  http: "It is an HTTP filter.",
  both: "It is a network and an HTTP filter.",
  none: "It has no callback of a filter.",
} as const;

/** The report in one sentence and its reason. */
export function headingOf({ report }: ModuleInspection): ReportHeading {
  const { accepted, reason, warnings, kind } = report;
  if (!accepted) {
    const says = isNoModule(report)
      ? "is not a WebAssembly module"
      : "would be refused by Envoy 1.40";
    const why = reason ? { reason: reason.summary, remedy: reason.remedy } : { reason: "" };
    return { tone: "bad", says, ...why };
  }
  const loads = `Envoy loads and links it. ${kinds[kind]} What its start functions and callbacks do, the run shows.`;
  return warnings.length === 0
    ? { tone: "plain", says: "is accepted by Envoy 1.40", reason: loads }
    : {
        tone: "warn",
        says: `is accepted by Envoy 1.40, with ${warnings.length === 1 ? "a warning" : `${warnings.length} warnings`}`,
        reason: loads,
      };
}

/** The file holds something else, or nothing: there are no imports and exports to speak of. */
export function isNoModule({ reason }: Pick<ModuleInspection["report"], "reason">): boolean {
  return reason?.code === "notWasm" || reason?.code === "empty" || reason?.code === "component";
}

/** `6 pages of 64 KiB, at most 16`. */
export function memoryText({ memory }: Pick<ModuleInspection["report"], "memory">): string {
  if (!memory) return "none";
  const pages = memory.initial === 1 ? "1 page" : `${memory.initial} pages`;
  const maximum = memory.maximum === undefined ? "no maximum" : `at most ${memory.maximum}`;
  return `${pages} of 64 KiB, ${maximum}`;
}

/** Names of the exports that have a role, in the module's order. */
export function exportsOf({ exports }: ModuleInspection, role: ExportRole): readonly string[] {
  return exports.filter((it) => it.role === role).map(({ name }) => name);
}
