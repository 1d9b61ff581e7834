import { pluginOf } from "../../state/editScenario.ts";
import type { Log, PluginResult } from "wasmerang";
import { stageText } from "../../trace/failureReason.ts";
import type { RunView } from "../useRun.ts";
import { Alert, Facts, LogBlock, Section } from "./parts.tsx";

/** Envoy took the plugin, or refused it and why. */
export function PluginDetail({
  run,
  result,
}: {
  readonly run: RunView;
  readonly result: PluginResult;
}) {
  const { events, document } = run;
  const { configuration } = pluginOf(document);
  const vms = [...new Set(events.map(({ vm }) => vm))];
  if (result.accepted)
    return (
      <Section title="Details">
        <Facts
          facts={[
            ["result", <b key="result">accepted</b>],
            ["VMs started", vms.join(", ")],
            ["configuration", configurationText(configuration)],
          ]}
        />
      </Section>
    );
  const lines = events.filter(
    (event): event is Log => event.kind === "log" && event.shown && event.vm === result.vm,
  );
  return (
    <>
      <Alert
        title={`Envoy refuses ${result.stage === "configure" ? "this configuration" : "this plugin"}`}
      >
        {result.reason ?? "No reason was given."}
      </Alert>
      <Section title="Details">
        <Facts
          facts={[
            result.stage === undefined ? undefined : ["failed in", stageText[result.stage]],
            ["VM", result.vm],
          ]}
        />
      </Section>
      <Section title="Configuration" aside={configurationKind(configuration)}>
        <pre className="preformatted">{configurationText(configuration)}</pre>
      </Section>
      <LogBlock lines={lines} />
      <Section title="What happens next">
        <dl className="policies">
          <div>
            <dt>static config</dt>
            <dd>
              Envoy exits: Unable to create Wasm plugin {pluginOf(document).name ?? "wasmerang"}.
            </dd>
          </div>
          <div>
            <dt>xDS</dt>
            <dd>The update is refused (NACK). The previous listener stays.</dd>
          </div>
        </dl>
        <p className="note">
          Local code that fails is a rejected configuration, whatever the failure policy.
        </p>
      </Section>
    </>
  );
}

type Configuration = NonNullable<RunView["document"]["plugin"]>["configuration"];

function configurationText(configuration: Configuration): string {
  if (configuration === undefined) return "none";
  if (typeof configuration === "string") return configuration;
  return JSON.stringify("struct" in configuration ? configuration.struct : configuration.bytes);
}

function configurationKind(configuration: Configuration): string {
  if (configuration === undefined) return "not set";
  if (typeof configuration === "string") {
    const size = new TextEncoder().encode(configuration).length;
    return `${size} bytes, delivered as StringValue`;
  }
  return "struct" in configuration ? "delivered as Struct" : "delivered as BytesValue";
}
