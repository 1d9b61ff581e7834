/** The Envoy of the soak run: the filter in both modes, and the same listener without it. */
import type { EnvoyJson } from "../parity/envoyConfig.ts";

export const listenerNames = ["standalone", "istio", "plain"] as const;
export type ListenerName = (typeof listenerNames)[number];

/** Where each cluster's server listens, by the byte that it answers. */
export interface Upstreams {
  readonly egress1: number;
  readonly egress2: number;
  /** Nothing listens there. */
  readonly refused: number;
}

/** Destination ports of mode istio: routers that are there, refuse, or are no cluster at all. */
export const ports = { open: 443, refused: 444, unknown: 445 } as const;

const istioName = (port: number, name: string): string =>
  `outbound|${port}||${name}.default.svc.cluster.local`;

export function soakBootstrap(wasmFile: string, upstreams: Upstreams): EnvoyJson {
  const { egress1, egress2, refused } = upstreams;
  const clusters = [
    cluster("egress1", egress1),
    cluster("egress2", egress2),
    cluster("default", refused),
    cluster(istioName(ports.open, "egress1"), egress1),
    cluster(istioName(ports.open, "egress2"), egress2),
    cluster(istioName(ports.refused, "egress1"), refused),
    cluster(istioName(ports.refused, "egress2"), refused),
  ];
  return {
    admin: { address: loopback(0) },
    static_resources: {
      clusters,
      listeners: listenerNames.map((name) => listener(name, wasmFile)),
    },
  };
}

const loopback = (port: number): EnvoyJson => ({
  socket_address: { address: "127.0.0.1", port_value: port },
});

function cluster(name: string, port: number): EnvoyJson {
  const endpoint = { endpoint: { address: loopback(port) } };
  return {
    name,
    connect_timeout: "5s",
    // Failures are part of the run: no cluster may be cut off for them.
    circuit_breakers: { thresholds: [{ max_connections: 100_000, max_pending_requests: 100_000 }] },
    load_assignment: { cluster_name: name, endpoints: [{ lb_endpoints: [endpoint] }] },
  };
}

function listener(name: ListenerName, wasmFile: string): EnvoyJson {
  const own = name === "plain" ? "egress1" : "default";
  const filters = [
    ...(name === "plain" ? [] : [wasmFilter(name, wasmFile)]),
    {
      name: "envoy.filters.network.tcp_proxy",
      typed_config: {
        "@type": type("envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy"),
        stat_prefix: name,
        cluster: own,
      },
    },
  ];
  return {
    name,
    address: loopback(0),
    listener_filters: [
      {
        name: "envoy.filters.listener.proxy_protocol",
        typed_config: {
          "@type": type("envoy.extensions.filters.listener.proxy_protocol.v3.ProxyProtocol"),
        },
      },
    ],
    filter_chains: [{ filters }],
  };
}

function wasmFilter(mode: string, wasmFile: string): EnvoyJson {
  return {
    name: "envoy.filters.network.wasm",
    typed_config: {
      "@type": type("envoy.extensions.filters.network.wasm.v3.Wasm"),
      config: {
        name: mode,
        root_id: mode,
        fail_open: false,
        vm_config: {
          vm_id: mode,
          runtime: "envoy.wasm.runtime.v8",
          code: { local: { filename: wasmFile } },
        },
        configuration: { "@type": type("google.protobuf.StringValue"), value: mode },
      },
    },
  };
}

const type = (name: string): string => `type.googleapis.com/${name}`;
