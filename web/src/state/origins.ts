/** Where traffic comes from: what the listener is, and which addresses the filter sees. */
import type { ScenarioDocument } from "wasmerang";

export interface Origin {
  readonly name: string;
  /** What stands behind the addresses. */
  readonly about: string;
  readonly listener: NonNullable<ScenarioDocument["listener"]>;
  /** Of the connection at an index. */
  readonly source: (index: number) => string;
  readonly destination: string;
}

const port = (index: number) => 51324 + (index % 10_000);

export const origins: readonly Origin[] = [
  {
    name: "Direct",
    about: "Clients connect to Envoy's own address.",
    listener: { address: "0.0.0.0:15001" },
    source: (index) => `10.0.0.${(42 + index) % 256}:${port(index)}`,
    destination: "203.0.113.10:443",
  },
  {
    name: "Sidecar, outbound",
    about:
      "The application in the same pod connects; iptables redirects to the sidecar, which restores the destination.",
    listener: { address: "0.0.0.0:15001", name: "virtualOutbound", direction: "OUTBOUND" },
    source: (index) => `10.244.1.17:${port(index)}`,
    destination: "10.96.0.20:443",
  },
  {
    name: "Behind a PROXY protocol load balancer",
    about:
      "Envoy's proxy_protocol listener filter has put the client's addresses in place of the load balancer's before the filter runs.",
    listener: { address: "0.0.0.0:8443", name: "ingress", direction: "INBOUND" },
    source: (index) => `198.51.100.${(7 + index) % 256}:${port(index)}`,
    destination: "203.0.113.80:443",
  },
  {
    name: "IPv6",
    about: "The last of the 16 bytes of the source decides.",
    listener: { address: "[::]:15001" },
    source: (index) => `[2001:db8::${(0x2a + index).toString(16)}]:${port(index)}`,
    destination: "[2001:db8:1::10]:443",
  },
  {
    name: "Unix socket",
    about: "The client is on the same machine and has no IP address.",
    listener: { address: "unix:/run/envoy.sock" },
    source: (index) => `unix:/run/client-${index + 1}.sock`,
    destination: "203.0.113.10:443",
  },
];

/** The scenario with its traffic from elsewhere: same steps, other listener and addresses. */
export function applyOrigin(document: ScenarioDocument, origin: Origin): ScenarioDocument {
  const { listener, source, destination } = origin;
  const connections = document.connections.map((connection, index) => ({
    ...connection,
    source: source(index),
    destination,
  }));
  return { ...document, listener, connections };
}

/** The origin that a scenario's listener and addresses are those of; undefined: its own. */
export function originOf(document: ScenarioDocument): Origin | undefined {
  const now = JSON.stringify([document.listener, document.connections]);
  return origins.find((origin) => {
    const { listener, connections } = applyOrigin(document, origin);
    return JSON.stringify([listener, connections]) === now;
  });
}
