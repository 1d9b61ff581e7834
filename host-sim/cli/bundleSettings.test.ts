import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { bundleFiles, type BundleTarget, type PluginSettings } from "../src/bundle/bundleFiles.ts";
import { docker } from "../src/bundle/docker.ts";
import { envoy } from "../src/bundle/envoy.ts";
import { fillIn } from "../src/bundle/fillIn.ts";
import { istio } from "../src/bundle/istio.ts";
import { bundleTargets } from "../src/bundle/targets.ts";

describe("failure policy and log level", () => {
  const repository = (target: BundleTarget) => (path: string) =>
    readFileSync(new URL(`../../${target.folder}/${path}`, import.meta.url), "utf8");
  const made = (target: BundleTarget, plugin: PluginSettings) =>
    new Map(
      bundleFiles(target, repository(target), {
        configuration: undefined,
        wasm: new Uint8Array([0, 97, 115, 109]),
        sha256: "12e4",
        plugin,
      }).flatMap((file) => ("text" in file ? [[file.path, file] as const] : [])),
    );

  it.each(bundleTargets)("stay as the files of $name have them where none is given", (target) => {
    for (const [path, { text }] of made(target, {})) {
      if (!path.endsWith(".sha256")) {
        const values = { configuration: undefined, sha256: "12e4", wasm: target.wasm };
        expect(text).toBe(fillIn(repository(target)(path), values, path).text);
      }
    }
    // What the files say is Envoy's default and the scenario's, so that it changes nothing either.
    for (const [path, { text }] of made(target, { failurePolicy: "FAIL_CLOSED" })) {
      expect(text).toBe(made(target, {}).get(path)?.text);
    }
  });

  it("go into Envoy's files, and into every command that starts it", () => {
    const files = made(envoy, { failurePolicy: "FAIL_OPEN", logLevel: "debug" });
    const config = parse(files.get("envoy.yaml")?.text ?? "");
    const [filter] = config.static_resources.listeners[0].filter_chains[0].filters;
    expect(filter.typed_config.config.failure_policy).toBe("FAIL_OPEN");
    expect(files.get("README.md")?.text).toContain("--component-log-level wasm:debug ");
    const { text = "", marks = [] } = files.get("envoy.yaml") ?? {};
    const filled = marks.filter(({ what }) => what === "failurePolicy");
    expect(filled.map(({ start, end }) => text.slice(start, end))).toEqual(["FAIL_OPEN"]);
    const compose = parse(made(docker, { logLevel: "trace" }).get("compose.yaml")?.text ?? "");
    expect(JSON.stringify(compose)).toContain("--component-log-level wasm:trace");
  });

  it("take the interval of FAIL_RELOAD along, in seconds", () => {
    const files = made(envoy, { failurePolicy: "FAIL_RELOAD", reloadBackoff: "200ms" });
    const config = parse(files.get("envoy.yaml")?.text ?? "");
    const [filter] = config.static_resources.listeners[0].filter_chains[0].filters;
    expect(filter.typed_config.config).toMatchObject({
      failure_policy: "FAIL_RELOAD",
      reload_config: { backoff: { base_interval: "0.2s" } },
    });
  });

  it("go into Istio's resources in its own words", () => {
    const files = made(istio, { failurePolicy: "FAIL_OPEN", logLevel: "debug" });
    expect(parse(files.get("wasmplugin/wasmplugin.yaml")?.text ?? "").spec.failStrategy).toBe(
      "FAIL_OPEN",
    );
    const patch = parse(files.get("configmap/envoyfilter.yaml")?.text ?? "").spec.configPatches[0];
    expect(patch.patch.value.typed_config.config.failure_policy).toBe("FAIL_OPEN");
    const client = files.get("base/client.yaml");
    expect(parse(client?.text ?? "").spec.template.metadata).toEqual({
      labels: { app: "client" },
      annotations: { "sidecar.istio.io/componentLogLevel": "wasm:debug" },
    });
    expect(client?.marks.map(({ start, end }) => client.text.slice(start, end))).toEqual([
      '      annotations: { sidecar.istio.io/componentLogLevel: "wasm:debug" }',
    ]);
    const closed = made(istio, { failurePolicy: "FAIL_CLOSED" });
    expect(closed.get("wasmplugin/wasmplugin.yaml")?.text).toContain("failStrategy: FAIL_CLOSE\n");
  });
});
