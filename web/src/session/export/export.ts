/** What the view of the export does: ask the filter, make the files, copy and save them. */
import { strToU8, zipSync, type Zippable } from "fflate";
import { bundleFiles, bundleTargets, type BundleFile, type BundleTarget } from "wasmerang";
import { useCode } from "../../state/code.ts";
import {
  useExport,
  type ExportedModule,
  type ExportOutcome,
  type ExportSubject,
} from "../../state/export.ts";
import { useStore, type Module } from "../../state/store.ts";
import { saveFile } from "../saveFile.ts";
import { QUIET_MS } from "../simulate.ts";
import { startCheck, type CheckEnd } from "./check.ts";
import { readTemplate } from "./templates.ts";

/** Above this, packing would stop the page for longer than the smaller file is worth. */
const MOST_PACKED_BYTES = 4_000_000;
/** `-rw-r--r--`: readable for all, since Envoy's image runs as a user of its own. */
const MODE = 0o100644;
const UNIX = 3;

type Build = Omit<ExportedModule, "sha256">;

let stopCurrent: (() => void) | undefined;
/** So that another target or configuration does not compile again. */
let lastRelease: { readonly module: Module; readonly build: Build } | undefined;

/** @throws Error if there is no such target */
export function targetOf(name: string): BundleTarget {
  const target = bundleTargets.find((it) => it.name === name);
  if (!target) throw new Error(`no target ${name}`);
  return target;
}

/** Asks the filter whether it takes the configuration; the answer comes into the store. */
export function askFilter(subject: ExportSubject): void {
  stopAsking();
  let isStopped = false;
  let stopWorker: (() => void) | undefined;
  stopCurrent = () => {
    isStopped = true;
    stopWorker?.();
  };
  void buildFor(subject.module).then((build) => {
    if (isStopped) return;
    const { target, configuration } = subject;
    stopWorker = startCheck({ wasm: build.wasm, target, configuration }, (end) => {
      useExport.getState().set({ answer: { subject, outcome: outcomeOf(end, build) } });
    });
  });
}

/** Nothing is heard of the last question after this. */
export function stopAsking(): void {
  stopCurrent?.();
  stopCurrent = undefined;
}

/** The running module, or, where that is the Code view's quick build, its release build. */
async function buildFor(module: Module): Promise<Build> {
  const asItRuns = { wasm: module.bytes, isRelease: false };
  if (module.sourceMap === undefined) return asItRuns;
  if (lastRelease?.module === module) return lastRelease.build;
  let releaseProblem = "The compiler could not be loaded.";
  try {
    const wasm = await (await import("../code/build.ts")).buildRelease();
    if (wasm) {
      const build = { wasm, isRelease: true };
      lastRelease = { module, build };
      return build;
    }
    const { release } = useCode.getState();
    if (release.status === "failed") releaseProblem = release.message;
  } catch {
    // Offline, and nobody opened the Code view before.
  }
  return { ...asItRuns, releaseProblem };
}

function outcomeOf(end: CheckEnd, build: Build): ExportOutcome {
  switch (end.kind) {
    case "checked": {
      const { check, sha256 } = end;
      if (!check.ok) return { status: "refused", reason: check.reason, logs: check.logs };
      const { unknownClusters } = check;
      return { status: "accepted", module: { ...build, sha256 }, unknownClusters };
    }
    case "invalid": {
      const reason = `The configuration of the scenario has an error: ${end.message}.`;
      return { status: "refused", reason, logs: [] };
    }
    case "stopped":
      return { status: "stopped", reason: `Stopped: ${end.message}.` };
    case "hung": {
      const reason = `The filter gave no answer for ${QUIET_MS / 1000} s. Envoy has no such limit; it would hang.`;
      return { status: "stopped", reason };
    }
    case "failed":
      return { status: "failed", message: end.message };
  }
}

/** The files, as `wasmerang bundle --scenario` writes them. */
export function filesOf(
  { target: name, configuration, plugin }: ExportSubject,
  { wasm, sha256 }: ExportedModule,
): readonly BundleFile[] {
  const target = targetOf(name);
  const template = (path: string) => readTemplate(target.folder, path);
  return bundleFiles(target, template, { configuration, wasm, sha256, plugin });
}

/** Saves one file, under its name without the folder. */
export function downloadFile(file: BundleFile): void {
  const name = file.path.split("/").at(-1) ?? file.path;
  if ("text" in file) saveFile(name, file.text, "text/plain;charset=utf-8");
  else saveFile(name, file.bytes.slice(), "application/wasm");
}

/** Saves all files as `wasmerang-TARGET.zip`, in a folder of that name. */
export function downloadZip(target: string, files: readonly BundleFile[]): void {
  const folder = `wasmerang-${target}`;
  const entries: Zippable = {};
  for (const file of files) {
    const bytes = "text" in file ? strToU8(file.text) : file.bytes;
    const level = bytes.length > MOST_PACKED_BYTES ? 0 : 6;
    entries[`${folder}/${file.path}`] = [bytes, { level, os: UNIX, attrs: MODE << 16 }];
  }
  saveFile(`${folder}.zip`, zipSync(entries), "application/zip");
}

/** Answers whether the browser allowed it; else it says so. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const notice = "The browser does not let the page copy. Download the file, or select its text.";
    useStore.getState().set({ notice });
    return false;
  }
}
