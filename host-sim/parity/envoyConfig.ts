/**
 * Envoy's configuration for the parity run: a bootstrap that reads clusters and listeners from two
 * files, and what a scenario becomes in those files.
 */
import { parseDuration } from "../src/duration.ts";
import type { PluginConfiguration, Scenario } from "../src/index.ts";
import { pluginsOf } from "../src/plugin.ts";
import { unixPath } from "./unixPath.ts";

/** JSON that Envoy reads as its protobuf configuration. */
export type EnvoyJson = Readonly<Record<string, unknown>>;

const TYPE = "type.googleapis.com/";
const fileSource = (path: string): EnvoyJson => ({
  resource_api_version: "V3",
  path_config_source: { path },
});
const socketAddress = (address: string, port: number): EnvoyJson => ({
  socket_address: { address, port_value: port },
});

/** Admin on a free loopback port; listeners and clusters from files that are replaced by rename. */
export function bootstrap(files: { readonly cds: string; readonly lds: string }): EnvoyJson {
  return {
    node: { id: "parity", cluster: "parity" },
    admin: { address: socketAddress("127.0.0.1", 0) },
    dynamic_resources: { cds_config: fileSource(files.cds), lds_config: fileSource(files.lds) },
  };
}

/** The content of an LDS or CDS file. */
export function discoveryResponse(version: number, resources: readonly EnvoyJson[]): string {
  return JSON.stringify({ version_info: String(version), resources });
}

/** How Envoy calls a cluster over HTTP. It drops trailers from HTTP/1.1 unless it is told not to. */
export type ClusterHttp = keyof typeof httpOptions;
const httpOptions = {
  plain: undefined,
  withTrailers: { http_protocol_options: { enable_trailers: true } },
  http2: { http2_protocol_options: {} },
} as const;

const protocolOptions = (explicit: EnvoyJson): EnvoyJson => ({
  "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": {
    "@type": `${TYPE}envoy.extensions.upstreams.http.v3.HttpProtocolOptions`,
    explicit_http_config: explicit,
  },
});

/** One endpoint that the runner's backend listens on, or none (then Envoy answers UH). */
export function clusterResource(
  name: string,
  endpoints: readonly Endpoint[],
  { connectTimeout, proxyProtocol }: Scenario["clusters"][string],
  http: ClusterHttp,
): EnvoyJson {
  const explicit = httpOptions[http];
  return {
    "@type": `${TYPE}envoy.config.cluster.v3.Cluster`,
    name,
    type: "STATIC",
    connect_timeout: protoDuration(connectTimeout),
    ...(proxyProtocol && { transport_socket: proxyProtocolSocket(proxyProtocol) }),
    ...(explicit && { typed_extension_protocol_options: protocolOptions(explicit) }),
    load_assignment: {
      cluster_name: name,
      endpoints: [
        {
          lb_endpoints: endpoints.map(({ host, port }) => ({
            endpoint: { address: socketAddress(host, port) },
          })),
        },
      ],
    },
  };
}

/** Sends a PROXY header as the first bytes to the upstream. */
function proxyProtocolSocket(version: "v1" | "v2"): EnvoyJson {
  const sockets = `${TYPE}envoy.extensions.transport_sockets`;
  return {
    name: "envoy.transport_sockets.upstream_proxy_protocol",
    typed_config: {
      "@type": `${sockets}.proxy_protocol.v3.ProxyProtocolUpstreamTransport`,
      config: { version: version.toUpperCase() },
      transport_socket: {
        name: "envoy.transport_sockets.raw_buffer",
        typed_config: { "@type": `${sockets}.raw_buffer.v3.RawBuffer` },
      },
    },
  };
}

/** A duration of a scenario as protobuf's JSON form wants it. */
function protoDuration(text: string): string {
  return `${((parseDuration(text) ?? 0) / 1e9).toFixed(9)}s`;
}

export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** Without wasm, on the same worker: a byte that comes back has passed Envoy's event loop. */
export const barrierListener: EnvoyJson = {
  "@type": `${TYPE}envoy.config.listener.v3.Listener`,
  name: "barrier",
  address: socketAddress("127.0.0.1", 0),
  filter_chains: [
    {
      filters: [
        {
          name: "envoy.filters.network.echo",
          typed_config: { "@type": `${TYPE}envoy.extensions.filters.network.echo.v3.Echo` },
        },
      ],
    },
  ],
};

/** What an access log entry holds; read by accessLog.ts. */
const accessLogFormat = {
  scenario: "",
  connection: "%CONNECTION_ID%",
  source: "%DOWNSTREAM_REMOTE_ADDRESS%",
  cluster: "%UPSTREAM_CLUSTER%",
  host: "%UPSTREAM_HOST%",
  flags: "%RESPONSE_FLAGS%",
  received: "%BYTES_RECEIVED%",
  sent: "%BYTES_SENT%",
  closeType: "%DOWNSTREAM_DETECTED_CLOSE_TYPE%",
  closeReason: "%DOWNSTREAM_LOCAL_CLOSE_REASON%",
  picked: "%FILTER_STATE(envoy.tcp_proxy.cluster:PLAIN)%",
};

export interface ListenerInput {
  /** Unique among all listeners of the run; also the key of its access log entries. */
  readonly key: string;
  readonly scenario: Scenario;
  readonly wasmFile: string;
  readonly accessLogFile: string;
}

/**
 * The scenario's listener: PROXY header in front (unless it is a Unix socket), then a ClientHello if
 * connections have server names; a wasm filter for each plugin, tcp_proxy.
 */
export function listenerResource(input: ListenerInput): EnvoyJson {
  const { key, scenario } = input;
  const path = unixPath(scenario);
  return {
    "@type": `${TYPE}envoy.config.listener.v3.Listener`,
    name: key,
    stat_prefix: key,
    address: path === undefined ? socketAddress("127.0.0.1", 0) : { pipe: { path } },
    traffic_direction: scenario.listener.direction,
    listener_filters: [
      ...(path === undefined ? [proxyProtocol] : []),
      ...(scenario.connections.some((it) => it.serverName !== undefined) ? [tlsInspector] : []),
    ],
    filter_chains: [{ filters: [...wasmFilters(input), tcpProxyFilter(input)] }],
  };
}

const proxyProtocol: EnvoyJson = {
  name: "envoy.filters.listener.proxy_protocol",
  typed_config: {
    "@type": `${TYPE}envoy.extensions.filters.listener.proxy_protocol.v3.ProxyProtocol`,
  },
};

const tlsInspector: EnvoyJson = {
  name: "envoy.filters.listener.tls_inspector",
  typed_config: {
    "@type": `${TYPE}envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector`,
  },
};

function wasmFilters({ scenario, wasmFile }: ListenerInput): readonly EnvoyJson[] {
  return pluginsOf(scenario).map((plugin) => ({
    name: "envoy.filters.network.wasm",
    typed_config: {
      "@type": `${TYPE}envoy.extensions.filters.network.wasm.v3.Wasm`,
      config: {
        name: plugin.name,
        root_id: plugin.rootId,
        failure_policy: plugin.failurePolicy,
        reload_config: { backoff: { base_interval: protoDuration(plugin.reloadBackoff) } },
        ...(plugin.configuration === undefined
          ? {}
          : { configuration: anyOf(plugin.configuration) }),
        ...(plugin.allowedCapabilities.length > 0 && {
          capability_restriction_config: {
            allowed_capabilities: Object.fromEntries(
              plugin.allowedCapabilities.map((name) => [name, {}]),
            ),
          },
        }),
        vm_config: {
          vm_id: plugin.vmId,
          runtime: "envoy.wasm.runtime.v8",
          code: { local: { filename: wasmFile } },
          ...(plugin.vmConfiguration === ""
            ? {}
            : { configuration: anyOf(plugin.vmConfiguration) }),
          environment_variables: { key_values: plugin.environment },
        },
      },
    },
  }));
}

/** A `google.protobuf.Any` as Envoy unpacks it for the guest. */
function anyOf(configuration: PluginConfiguration): EnvoyJson {
  if (typeof configuration === "string") {
    return { "@type": `${TYPE}google.protobuf.StringValue`, value: configuration };
  }
  return "struct" in configuration
    ? { "@type": `${TYPE}google.protobuf.Struct`, value: configuration.struct }
    : { "@type": `${TYPE}google.protobuf.BytesValue`, value: configuration.bytes };
}

function tcpProxyFilter({ key, scenario, accessLogFile }: ListenerInput): EnvoyJson {
  const { cluster, weightedClusters, maxEarlyDataBytes } = scenario.tcpProxy;
  const { idleTimeout, maxConnectionDuration, maxConnectAttempts } = scenario.tcpProxy;
  return {
    name: "envoy.filters.network.tcp_proxy",
    typed_config: {
      "@type": `${TYPE}envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy`,
      stat_prefix: key,
      ...(weightedClusters === undefined
        ? { cluster: cluster ?? "default" }
        : { weighted_clusters: { clusters: weightedClusters } }),
      ...(maxEarlyDataBytes === undefined ? {} : { max_early_data_bytes: maxEarlyDataBytes }),
      ...(idleTimeout === undefined ? {} : { idle_timeout: protoDuration(idleTimeout) }),
      ...(maxConnectionDuration === undefined
        ? {}
        : { max_downstream_connection_duration: protoDuration(maxConnectionDuration) }),
      max_connect_attempts: maxConnectAttempts,
      access_log: [
        {
          name: "envoy.access_loggers.file",
          typed_config: {
            "@type": `${TYPE}envoy.extensions.access_loggers.file.v3.FileAccessLog`,
            path: accessLogFile,
            log_format: { json_format: { ...accessLogFormat, scenario: key } },
          },
        },
      ],
    },
  };
}
