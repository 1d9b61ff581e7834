import type { BundleTarget } from "./bundleFiles.ts";

const cluster = (port: number, router: string) =>
  `outbound|${port}||${router}.default.svc.cluster.local`;

/** Client pods with sidecars, two egress routers and a destination in Kubernetes. */
export const istio: BundleTarget = {
  name: "istio",
  title: "Istio",
  folder: "examples/istio",
  files: [
    "README.md",
    "base/kustomization.yaml",
    "base/client.yaml",
    "base/egress.yaml",
    "base/router.yaml",
    "base/destination.yaml",
    "base/destination/envoy.yaml",
    "base/sidecar.yaml",
    "base/destinationrule.yaml",
    "configmap/kustomization.yaml",
    "configmap/client.yaml",
    "configmap/envoyfilter.yaml",
    "http/kustomization.yaml",
    "http/envoyfilter.yaml",
    "oci/kustomization.yaml",
    "oci/envoyfilter.yaml",
    "json/kustomization.yaml",
    "json/configuration.yaml",
    "no-sidecar/kustomization.yaml",
    "no-sidecar/without-sidecar.yaml",
    "no-sidecar/remove-http.yaml",
    "trafficextension/kustomization.yaml",
    "trafficextension/serviceentry.yaml",
    "trafficextension/trafficextension.yaml",
    "trafficextension/without-envoyfilter.yaml",
    "trafficextension/sidecar-hosts.yaml",
    "wasmplugin/kustomization.yaml",
    "wasmplugin/wasmplugin.yaml",
    "wasmplugin/without-trafficextension.yaml",
  ],
  notInBundle: ["golden/", "verify/"],
  wasm: "configmap/plugin.wasm",
  clusters: [80, 443].flatMap((port) => [cluster(port, "egress1"), cluster(port, "egress2")]),
  configuration: "istio",
  logLevelLine: {
    path: "base/client.yaml",
    above: "    spec:",
    line: (level) => `      annotations: { sidecar.istio.io/componentLogLevel: "wasm:${level}" }`,
  },
};
