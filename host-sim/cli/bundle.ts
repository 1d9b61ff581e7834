/** `wasmerang bundle`: the module and ready files that run it, with the configuration filled in. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { fileURLToPath } from "node:url";
import {
  bundleFiles,
  settingsOf,
  type BundleTarget,
  type PluginSettings,
} from "../src/bundle/bundleFiles.ts";
import type { FilterCheck } from "../src/bundle/checkFilter.ts";
import { bundleTargets } from "../src/bundle/targets.ts";
import { pluginsOf } from "../src/plugin.ts";
import {
  Exit,
  UsageError,
  oneOf,
  parseArguments,
  readModule,
  reasonOf,
  type Output,
  type ParsedArguments,
} from "./command.ts";
import type { BundleMessage, BundleRequest } from "./bundleWorker.ts";
import { LimitReached, type PluginConfiguration } from "../src/index.ts";
import { readScenarioFile } from "./scenarioInput.ts";
import { watchThread } from "./watchThread.ts";

/** For a start and 272 connections, which take some milliseconds. */
const CHECK_MS = 10_000;
const targetNames = bundleTargets.map(({ name }) => name);

export const BUNDLE_USAGE = `Usage: wasmerang bundle --target TARGET --out DIR [options]

Writes the module, its sha256 and ready files that run it, with the configuration filled in. The
filter is asked first whether it takes the configuration. README.md in DIR is the guide.

Options:
  --target TARGET  ${targetNames.join(", ")}
  --out DIR        a folder that does not exist yet, or is empty
  --config TEXT    the plugin configuration; without it the default of the target
  --scenario FILE  a scenario; its plugin's configuration, failure policy, reload interval and log
                   level are filled in
  --wasm FILE      the module; without it the filter that comes with wasmerang

Exit status: 2 bad input, 3 module or configuration refused, 0 otherwise.
`;

export async function bundleCommand(args: readonly string[], output: Output): Promise<Exit> {
  const parsed = parseArguments(args, {
    target: { type: "string" },
    out: { type: "string" },
    config: { type: "string" },
    scenario: { type: "string" },
    wasm: { type: "string" },
  });
  const [extra] = parsed.positionals;
  if (extra !== undefined) throw new UsageError(`what is ${extra}? See wasmerang bundle --help`);
  const target = targetOf(parsed);
  const folder = emptyFolder(parsed);
  const wasm = readModule(parsed);
  const { configuration, settings } = await pluginOf(parsed, output);

  const check = await checkInThread({ wasm, target: target.name, configuration });
  if (!check.ok) {
    output.err(`wasmerang: nothing written, Envoy would refuse this: ${check.reason}`);
    for (const line of check.logs) output.err(`  ${line}`);
    return Exit.moduleFailed;
  }
  const sha256 = createHash("sha256").update(wasm).digest("hex");
  const files = bundleFiles(target, (path) => readTemplate(target, path), {
    configuration,
    wasm,
    sha256,
    plugin: settings,
  });
  for (const file of files) {
    const path = join(folder, file.path);
    mkdirSync(dirname(path), { recursive: true });
    // Readable for all: Envoy's image runs as a user of its own.
    writeFileSync(path, "text" in file ? file.text : file.bytes, { mode: 0o644 });
    output.out(`${path}\n`);
  }
  output.err(`${target.wasm}: sha256 ${sha256}`);
  for (const name of check.unknownClusters) {
    output.err(`warning: the filter names the cluster ${name}, which the files lack: add it there`);
  }
  output.err(`Next: ${join(folder, "README.md")}`);
  return Exit.ok;
}

/** What is to be filled in, of `--config` or of the scenario's plugin. */
async function pluginOf(
  { values }: ParsedArguments,
  output: Output,
): Promise<{
  readonly configuration: PluginConfiguration | undefined;
  readonly settings: PluginSettings;
}> {
  const { config, scenario: file } = values;
  if (typeof file !== "string") {
    return { configuration: config as string | undefined, settings: {} };
  }
  if (config !== undefined) {
    throw new UsageError("--config and --scenario both give a configuration: leave one out");
  }
  const plugins = pluginsOf(await readScenarioFile(file));
  const [plugin] = plugins;
  if (!plugin) throw new UsageError(`${file} has no plugin: a bundle runs one`);
  if (plugins.length > 1) {
    output.err(`warning: ${file} has ${plugins.length} plugins; the files run the first one`);
  }
  return { configuration: plugin.configuration, settings: settingsOf(plugin) };
}

/** Throws LimitReached where the guest does not return, or takes too much. */
async function checkInThread(request: BundleRequest): Promise<FilterCheck> {
  const end = await watchThread<BundleMessage, BundleMessage>(
    "bundleWorker.js",
    request,
    CHECK_MS,
    (message, watched) => (message.kind === "ready" ? watched.restart() : watched.end(message)),
  );
  if (end?.kind === "checked") return end.check;
  throw new LimitReached(
    end?.kind === "stopped"
      ? end.message
      : "the filter gives no answers; wasmerang run and wasmerang sweep tell where",
  );
}

function targetOf(parsed: ParsedArguments): BundleTarget {
  const name = oneOf(parsed, "target", targetNames);
  const target = bundleTargets.find((it) => it.name === name);
  if (!target) throw new UsageError(`--target is missing: one of ${targetNames.join(", ")}`);
  return target;
}

/** Nothing that is there already is touched. */
function emptyFolder({ values }: ParsedArguments): string {
  const folder = values["out"];
  if (typeof folder !== "string" || folder === "") throw new UsageError("--out DIR is missing");
  if (!existsSync(folder)) return folder;
  try {
    if (readdirSync(folder).length === 0) return folder;
  } catch (error) {
    throw new UsageError(`--out ${folder}: ${reasonOf(error)}`);
  }
  throw new UsageError(`--out ${folder}: is not empty; name a folder that does not exist yet`);
}

/** Templates ship beside the built command line, see build.mjs. */
function readTemplate({ folder }: BundleTarget, path: string): string {
  const templates = new URL(`../${posix.join("bundle", posix.basename(folder))}/`, import.meta.url);
  return readFileSync(fileURLToPath(new URL(path, templates)), "utf8");
}
