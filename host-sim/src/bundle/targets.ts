import type { BundleTarget } from "./bundleFiles.ts";
import { docker } from "./docker.ts";
import { envoy } from "./envoy.ts";
import { istio } from "./istio.ts";

/** All targets, in the order in which they are offered. A new one is a module here and a line. */
export const bundleTargets: readonly BundleTarget[] = [envoy, docker, istio];
