/** Whole scenarios to start from, each showing one thing that Envoy does. */
import type { ScenarioDocument } from "wasmerang";
import { defaultScenario, newConnection } from "./defaultScenario.ts";

export interface Preset {
  readonly name: string;
  /** What there is to see. */
  readonly about: string;
  readonly document: ScenarioDocument;
}

const ISTIO_CLUSTERS = ["egress1", "egress2"].map(
  (name) => `outbound|443||${name}.default.svc.cluster.local`,
);

/** The default scenario with other parts. */
function variant(
  name: string,
  about: string,
  { configuration, ...rest }: Partial<ScenarioDocument> & { readonly configuration?: string },
): Preset {
  const plugin = { ...defaultScenario.plugin, ...(configuration ? { configuration } : {}) };
  return { name, about, document: { ...defaultScenario, plugin, ...rest } };
}

export const presets: readonly Preset[] = [
  {
    name: "Even and odd source",
    about: "An even last octet goes to egress1, an odd one to egress2.",
    document: defaultScenario,
  },
  variant("Istio cluster names", "The filter builds the names that Istio gives to clusters.", {
    configuration: "istio",
    clusters: {
      ...Object.fromEntries(
        ISTIO_CLUSTERS.map((name, index) => [name, { endpoints: [`10.1.0.${11 + index}:8080`] }]),
      ),
      default: { endpoints: ["10.1.0.10:8080"] },
    },
  }),
  variant("IPv6 source", "The last of the 16 bytes decides.", {
    connections: [
      newConnection("a", "[2001:db8::2a]:51324"),
      newConnection("b", "[2001:db8::2b]:51325"),
    ],
  }),
  variant("No decision", "A Unix socket has no IP address, so tcp_proxy uses its own cluster.", {
    connections: [
      newConnection("a", "unix:/run/client.sock"),
      newConnection("b", "10.0.0.43:51325"),
    ],
  }),
  variant("Cluster does not exist", "Envoy takes any name, then finds no such cluster: NC.", {
    configuration: '{"clusters": ["egress9", "egress2"]}',
  }),
  variant("Connection refused", "The cluster's endpoint does not accept the connection.", {
    clusters: {
      ...defaultScenario.clusters,
      egress1: { endpoints: ["10.1.0.11:8080"], connect: "refuse" },
    },
  }),
  variant("Configuration rejected", "The filter refuses its configuration, so Envoy refuses it.", {
    configuration: '{"clusters": ["egress1", "egress2"',
  }),
];
