import { useStore } from "../state/store.ts";
import { editPlugin, pluginOf, pluginPath, type PluginDocument } from "../state/editScenario.ts";
import { problemAt } from "../state/problems.ts";
import { refusalOf } from "../trace/connections.ts";
import type { Events } from "../trace/memoize.ts";
import { Field } from "./Field.tsx";

const EXAMPLE = '{"mode": "standalone", "clusters": ["egress1", "egress2"]}';

const modes = [
  { name: "standalone", text: "standalone" },
  { name: "istio", text: "istio" },
  { name: "JSON", text: EXAMPLE },
] as const;

/** What the filter is configured with: three modes, one text. */
export function ConfigurationForm() {
  const document = useStore((state) => state.document);
  const problems = useStore((state) => state.problems);
  const run = useStore((state) => state.run);
  const edit = useStore((state) => state.edit);
  const { configuration } = pluginOf(document);
  const count = document.plugins?.length ?? 1;
  const isText = configuration === undefined || typeof configuration === "string";
  const text = isText ? (configuration ?? "") : JSON.stringify(configuration, undefined, 2);
  const mode = !isText ? "JSON" : text === "standalone" || text === "istio" ? text : "JSON";
  const setText = (to: string) =>
    edit(editPlugin(document, { configuration: to === "" ? undefined : to }));
  const rejection = run?.document === document ? rejectionOf(run.events) : undefined;

  return (
    <section className="section" aria-labelledby="configuration-title">
      <div className="section-head">
        <h3 id="configuration-title">Filter configuration</h3>
        {count > 1 && <span className="note">first of {count} plugins</span>}
      </div>
      <div className="segmented" role="group" aria-label="Mode">
        {modes.map(({ name, text: preset }) => (
          <button
            key={name}
            type="button"
            aria-pressed={mode === name && text !== ""}
            onClick={() => mode === name || setText(preset)}
          >
            {name}
          </button>
        ))}
      </div>
      <div className="configuration">
        <Field
          label="Configuration text"
          labelHidden
          problem={problemAt(problems, `${pluginPath(document)}.configuration`) ?? rejection}
          note={describe(configuration)}
        >
          {(wiring) => (
            <textarea
              {...wiring}
              className="input"
              rows={Math.min(8, Math.max(1, Math.ceil(text.length / 30)))}
              value={text}
              readOnly={!isText}
              spellCheck={false}
              autoComplete="off"
              autoCapitalize="off"
              placeholder="none"
              onChange={(event) => setText(event.target.value)}
            />
          )}
        </Field>
        {!isText && (
          <button type="button" className="link" onClick={() => setText(asText(configuration))}>
            Replace by a text
          </button>
        )}
      </div>
    </section>
  );
}

type Configuration = NonNullable<PluginDocument["configuration"]>;

function describe(configuration: Configuration | undefined): string {
  if (configuration === undefined) return "none, so the filter gets 0 bytes";
  if (typeof configuration === "string") {
    const length = new TextEncoder().encode(configuration).length;
    return `${length} ${length === 1 ? "byte" : "bytes"}, delivered as StringValue`;
  }
  return "struct" in configuration
    ? "delivered as Struct: the filter gets protobuf"
    : "delivered as BytesValue";
}

/** The configuration as the text that means the same to the filter. */
function asText(configuration: Exclude<Configuration, string>): string {
  if ("struct" in configuration) return JSON.stringify(configuration.struct);
  return atob(configuration.bytes);
}

/** What the filter said when it refused; undefined when it did not. */
function rejectionOf(events: Events): string | undefined {
  if (refusalOf(events)?.stage !== "configure") return undefined;
  const said = events.findLast((event) => event.kind === "log" && event.message !== undefined);
  const message = said?.kind === "log" ? said.message : undefined;
  return message === undefined ? "Rejected by the filter" : `Rejected by the filter: ${message}`;
}
