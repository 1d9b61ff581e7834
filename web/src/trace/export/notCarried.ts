/** What a scenario says about the plugin, and the files of a bundle say otherwise. */
import type { PluginConfiguration, ScenarioDocument } from "wasmerang";

/** The plugin that is exported: with several, the first. */
export function pluginOf({
  plugin,
  plugins,
}: ScenarioDocument): NonNullable<ScenarioDocument["plugin"]> {
  return plugins?.[0] ?? plugin ?? {};
}

/** The configuration that the scenario gives to the plugin; undefined: none. */
export function configurationOf(document: ScenarioDocument): PluginConfiguration | undefined {
  return pluginOf(document).configuration;
}

/** One sentence for each setting of the plugin that does not go into the files. */
export function notCarried(document: ScenarioDocument): readonly string[] {
  const plugin = pluginOf(document);
  const count = document.plugins?.length ?? 1;
  const { name = "wasmerang", reloadBackoff } = plugin;
  const isSet = (value: object | string | undefined) =>
    value !== undefined &&
    (typeof value === "string" ? value !== "" : Object.keys(value).length > 0);
  const others = [
    name !== "wasmerang" && "name",
    isSet(plugin.rootId) && "root ID",
    isSet(plugin.vmId) && "VM ID",
    isSet(plugin.vmConfiguration) && "VM configuration",
    isSet(plugin.environment) && "environment",
    isSet(plugin.allowedCapabilities) && "allowed capabilities",
  ].filter((it) => it !== false);
  return [
    count > 1 && `The scenario has ${count} plugins; the files run the first one.`,
    reloadBackoff !== undefined &&
      "The interval of FAIL_RELOAD is in files of Envoy's; WasmPlugin and TrafficExtension of Istio have no such field.",
    others.length > 0 &&
      `Settings of the scenario's plugin that the files do not have: ${others.join(", ")}.`,
  ].filter((it) => it !== false);
}
