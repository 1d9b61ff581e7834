import type { BundleTarget } from "./bundleFiles.ts";

/** One Envoy on loopback that holds both routes itself. */
export const envoy: BundleTarget = {
  name: "envoy",
  title: "Plain Envoy",
  folder: "examples/envoy",
  files: ["README.md", "envoy.yaml"],
  wasm: "wasmerang.wasm",
  clusters: ["egress1", "egress2"],
  configuration: "standalone",
};
