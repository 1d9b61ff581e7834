import type { BundleFile, PluginConfiguration } from "wasmerang";
import { targetOf } from "../../session/export/export.ts";
import {
  useExport,
  type ConfigurationFrom,
  type ExportAnswer,
  type ExportedModule,
} from "../../state/export.ts";
import { JSON_TEXT, useStore } from "../../state/store.ts";
import { configurationOf, notCarried } from "../../trace/export/notCarried.ts";
import { formatCount } from "../../trace/formatCount.ts";
import { Facts, Section } from "../inspector/parts.tsx";

/** What goes into the files, and what of the scenario does not. */
export function ExportDetail(props: {
  readonly answer: ExportAnswer | undefined;
  readonly files: readonly BundleFile[];
}) {
  const { answer, files } = props;
  const target = targetOf(useExport((state) => state.target));
  const module = answer?.outcome.status === "accepted" ? answer.outcome.module : undefined;
  return (
    <div className="inspector-body">
      <header className="inspector-head">
        <h2>{target.title}</h2>
        <p>
          Clusters of the files: <code>{target.clusters.join(", ")}</code>
        </p>
      </header>
      <Configuration files={files} own={target.configuration} />
      {answer && module && (
        <ModuleSection name={answer.subject.module.name} path={target.wasm} module={module} />
      )}
      <NotCarried />
    </div>
  );
}

const choices: readonly { readonly id: ConfigurationFrom; readonly name: string }[] = [
  { id: "scenario", name: "Of the scenario" },
  { id: "files", name: "Of the files" },
];

function Configuration(props: { readonly files: readonly BundleFile[]; readonly own: string }) {
  const from = useExport((state) => state.from);
  const set = useExport((state) => state.set);
  const configuration = useStore((state) => configurationOf(state.document));
  const isUnread = useStore((state) => JSON_TEXT in state.drafts);
  const shown = from === "scenario" && configuration !== undefined ? configuration : props.own;
  const places = props.files.filter(
    (file) => "marks" in file && file.marks.some(({ what }) => what === "configuration"),
  );
  return (
    <Section title="Configuration">
      <div className="segmented" role="group" aria-label="Configuration in the files">
        {choices.map(({ id, name }) => (
          <button
            key={id}
            type="button"
            aria-pressed={from === id}
            onClick={() => set({ from: id })}
          >
            {name}
          </button>
        ))}
      </div>
      <pre className="preformatted export-configuration">{configurationText(shown)}</pre>
      {from === "scenario" && configuration === undefined && (
        <p className="note">The scenario has none, so the files keep theirs.</p>
      )}
      {from === "scenario" && isUnread && (
        <p className="note bad">
          The JSON of the scenario cannot be read: this is what it held before.
        </p>
      )}
      {from === "scenario" && configuration !== undefined && typeof configuration !== "string" && (
        <p className="note">
          Filled in as such. <code>wasmerang bundle --config</code> takes text only,{" "}
          <code>--scenario</code> takes this as well.
        </p>
      )}
      {places.length > 0 && (
        <p className="note">
          Filled in at {places.map(({ path }) => path).join(", ")}. Other files keep what they hold.
        </p>
      )}
    </Section>
  );
}

function configurationText(configuration: PluginConfiguration): string {
  if (configuration === "") return "(empty text)";
  if (typeof configuration === "string") return configuration;
  if ("bytes" in configuration) return `bytes, in base64: ${configuration.bytes}`;
  return `Struct: ${JSON.stringify(configuration.struct, undefined, 2)}`;
}

function ModuleSection(props: {
  readonly name: string;
  readonly path: string;
  readonly module: ExportedModule;
}) {
  const { wasm, sha256, isRelease, releaseProblem } = props.module;
  return (
    <Section title="Module">
      <Facts
        facts={[
          ["runs here", props.name],
          ["in the files", props.path],
          ["size", `${formatCount(wasm.length)} B`],
          ["sha256", sha256],
        ]}
      />
      {isRelease && (
        <p className="note">
          The release build of the same sources: {props.name} is built for stepping.
        </p>
      )}
      {releaseProblem !== undefined && (
        <p className="note bad">
          There is no release build: {releaseProblem} The files hold the build that runs.
        </p>
      )}
    </Section>
  );
}

function NotCarried() {
  const document = useStore((state) => state.document);
  return (
    <Section title="Not from the scenario">
      <ul className="export-not" aria-label="Not from the scenario">
        {notCarried(document).map((line) => (
          <li key={line} className="differs">
            {line}
          </li>
        ))}
        <li>
          Connections, clusters, listener and tcp_proxy: the files bring their own, which the guide
          describes.
        </li>
      </ul>
    </Section>
  );
}
