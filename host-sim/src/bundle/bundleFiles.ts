/** A bundle: the files of an example folder with the user's own values filled in. Pure. */
import { parseDuration } from "../duration.ts";
import type { PluginConfiguration, ScenarioDocument } from "../scenario.ts";
import { fillIn, type Mark, type Values } from "./fillIn.ts";

/** Where the filter is to run. One module per target in this folder describes it. */
export interface BundleTarget {
  /** `--target NAME`. */
  readonly name: string;
  /** For people, such as "Docker Compose". */
  readonly title: string;
  /** Folder of the templates in the repository, such as `examples/docker`. */
  readonly folder: string;
  /** The templates, relative to `folder`, as they are to stand in the bundle. The guide first. */
  readonly files: readonly string[];
  /** Beginnings of paths in the folder that stay in the repository, such as tests. */
  readonly notInBundle?: readonly string[];
  /** Where the module stands in the bundle. */
  readonly wasm: string;
  /** The clusters that the files bring along, as the filter has to name them. */
  readonly clusters: readonly string[];
  /** The plugin configuration that the templates hold, and the bundle if none is given. */
  readonly configuration: string;
  /** The line that a log level adds to a file that has none, and the line that it goes above. */
  readonly logLevelLine?: {
    readonly path: string;
    readonly above: string;
    readonly line: (level: string) => string;
  };
}

export interface BundleInput {
  /** As in a scenario; undefined leaves the one of the templates. */
  readonly configuration: PluginConfiguration | undefined;
  readonly wasm: Uint8Array;
  /** Of `wasm`, in hexadecimal. */
  readonly sha256: string;
  /** As in a scenario; what is undefined stays as the templates have it. */
  readonly plugin?: PluginSettings;
}

/** What a bundle can say of a scenario's plugin beside its configuration. */
export type PluginSettings = Pick<
  NonNullable<ScenarioDocument["plugin"]>,
  "failurePolicy" | "reloadBackoff" | "logLevel"
>;

/** The settings of a plugin that the files of a bundle, and Envoy, do not have by themselves. */
export function settingsOf({ failurePolicy, reloadBackoff, logLevel }: PluginSettings) {
  const reloads = failurePolicy === "FAIL_RELOAD" && reloadBackoff !== undefined;
  return {
    ...(failurePolicy && failurePolicy !== "FAIL_CLOSED" && { failurePolicy }),
    ...(reloads && reloadBackoff !== "1s" && { reloadBackoff }),
    ...(logLevel && logLevel !== "info" && { logLevel }),
  } satisfies PluginSettings;
}

/** One file. `marks` are the ranges of `text` that were filled in, in their order. */
export type BundleFile =
  | { readonly path: string; readonly text: string; readonly marks: readonly Mark[] }
  | { readonly path: string; readonly bytes: Uint8Array };

/**
 * Makes the bundle.
 *
 * @param template reads a template, by its path relative to the target's folder
 * @throws Error if a template is damaged: a mark without a value below it
 */
export function bundleFiles(
  target: BundleTarget,
  template: (path: string) => string,
  { configuration, wasm, sha256, plugin = {} }: BundleInput,
): readonly BundleFile[] {
  const values: Values = {
    configuration: configuration === undefined ? undefined : asAny(configuration),
    sha256,
    wasm: target.wasm,
    failurePolicy: plugin.failurePolicy,
    reloadInterval: plugin.reloadBackoff && inSeconds(plugin.reloadBackoff),
    logLevel: plugin.logLevel,
  };
  const sums = `${sha256}  ${target.wasm}\n`;
  return [
    ...target.files.map((path) =>
      withLogLevel(target, { path, ...fillIn(template(path), values, path) }, plugin.logLevel),
    ),
    { path: target.wasm, bytes: wasm },
    // For `sha256sum --check`.
    {
      path: `${target.wasm}.sha256`,
      text: sums,
      marks: [{ start: 0, end: sha256.length, what: "sha256" }],
    },
  ];
}

type TextFile = Extract<BundleFile, { readonly text: string }>;

/** @throws Error if the file has no such line to go above */
function withLogLevel(
  { logLevelLine: added }: BundleTarget,
  file: TextFile,
  level: string | undefined,
): TextFile {
  if (level === undefined || added?.path !== file.path) return file;
  const start = file.text.indexOf(`\n${added.above}\n`) + 1;
  if (start === 0) throw new Error(`${file.path}: there is no line "${added.above}"`);
  const line = added.line(level);
  const text = `${file.text.slice(0, start)}${line}\n${file.text.slice(start)}`;
  const later = file.marks.map((mark) =>
    mark.start < start
      ? mark
      : { ...mark, start: mark.start + line.length + 1, end: mark.end + line.length + 1 },
  );
  const mark = { start, end: start + line.length, what: "logLevel" } as const;
  return { ...file, text, marks: [...later, mark].sort((a, b) => a.start - b.start) };
}

/** `200ms` → `0.2s`: JSON of protobuf knows seconds only. Undefined where it is no duration. */
function inSeconds(duration: string): string | undefined {
  const nanoseconds = parseDuration(duration);
  if (nanoseconds === undefined) return undefined;
  return `${(nanoseconds / 1e9).toFixed(9).replace(/\.?0+$/, "")}s`;
}

/** The `google.protobuf.Any` that Envoy's `PluginConfig.configuration` wants. */
function asAny(configuration: PluginConfiguration): Readonly<Record<string, unknown>> {
  const type = (name: string) => `type.googleapis.com/google.protobuf.${name}`;
  if (typeof configuration === "string") {
    return { "@type": type("StringValue"), value: configuration };
  }
  if ("bytes" in configuration) return { "@type": type("BytesValue"), value: configuration.bytes };
  return { "@type": type("Struct"), value: configuration.struct };
}
