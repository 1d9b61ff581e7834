import type { BundleTarget } from "./bundleFiles.ts";

/** Clients, the proxy, two egress routers and two destinations in containers. */
export const docker: BundleTarget = {
  name: "docker",
  title: "Docker Compose",
  folder: "examples/docker",
  files: [
    "README.md",
    "compose.yaml",
    "sidecar.yaml",
    "envoy/proxy.yaml",
    "envoy/egress.yaml",
    "envoy/destination.yaml",
    "tools/Dockerfile",
  ],
  wasm: "wasmerang.wasm",
  clusters: ["egress1", "egress2"],
  configuration: "standalone",
};
