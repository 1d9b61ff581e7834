/**
 * The upstream hosts: one listening socket per cluster name, on a loopback address of its own, so
 * that "refuse" can close it without anything else taking its port.
 */
import { createServer, type Server, type Socket } from "node:net";
import type { Endpoint } from "./envoyConfig.ts";
import type { HttpServer, Surroundings } from "./httpReplies.ts";
import { proxyHeaderLength } from "./proxyHeader.ts";
import { openSilentHost, type SilentHost } from "./silentHost.ts";

/** One upstream connection as the backend sees it. */
export interface Upstream {
  readonly cluster: string;
  readonly socket: Socket;
  readonly received: Buffer[];
  /** The PROXY header that came first; empty unless the cluster sends one. */
  header: Buffer;
}

export interface Backends {
  /** Where the cluster's endpoint is: fixed for the whole run, 127.x.y.z and five digits of port. */
  readonly endpointOf: (cluster: string) => Promise<Endpoint>;
  /** An endpoint that never answers. */
  readonly silentEndpoint: () => Promise<Endpoint>;
  /**
   * Sets how the clusters behave in the scenario to come; `roundTrip` resolves when Envoy has handled
   * every event before.
   */
  readonly arrange: (
    clusters: Readonly<Record<string, BackendMode>>,
    roundTrip: () => Promise<void>,
  ) => Promise<void>;
  /** Upstream connections since the last `arrange`, in the order of their accept. */
  readonly upstreams: () => readonly Upstream[];
  /** Counts everything that happened to any backend. */
  readonly activity: () => number;
  readonly close: () => void;
}

export interface BackendMode {
  readonly connect: "accept" | "refuse";
  readonly echo: boolean;
  readonly proxyProtocol: "v1" | "v2" | undefined;
  /** The cluster answers HTTP or gRPC instead of being a connection's upstream. */
  readonly serve: ((surroundings: Surroundings) => HttpServer) | undefined;
}

interface Host {
  readonly endpoint: Endpoint;
  server: Server | undefined;
}

/** @param slot 0 to 9: backends of one process that live at the same time need different ones */
export function createBackends(slot = 0): Backends {
  const hosts = new Map<string, Host>();
  let modes: Readonly<Record<string, BackendMode>> = {};
  let upstreams: Upstream[] = [];
  let servers = new Map<string, HttpServer>();
  let httpSockets: Socket[] = [];
  let activity = 0;
  // A network of this process's own within 127.0.0.0/8; all parts have three digits, so that
  // lengths of addresses, and with them guest pointers, are the same in every run.
  const third = 100 + (Math.floor(process.pid / 100) % 10) * 10 + slot;
  const network = `127.${100 + (process.pid % 100)}.${third}`;
  let silentHost: SilentHost | undefined;

  const accept = (cluster: string, socket: Socket): void => {
    const server = servers.get(cluster);
    if (server) {
      httpSockets.push(socket);
      activity++;
      socket.setNoDelay(true);
      for (const event of ["error", "close"]) socket.on(event, () => activity++);
      server(socket);
      return;
    }
    const upstream: Upstream = {
      cluster,
      socket,
      received: [],
      header: Buffer.alloc(0),
    };
    let awaitsHeader = modes[cluster]?.proxyProtocol !== undefined;
    upstreams.push(upstream);
    activity++;
    socket.setNoDelay(true);
    socket.on("data", (bytes: Buffer) => {
      activity++;
      let payload = bytes;
      if (awaitsHeader) {
        const all = Buffer.concat([upstream.header, bytes]);
        const length = proxyHeaderLength(all);
        awaitsHeader = length === undefined;
        upstream.header = all.subarray(0, length);
        payload = all.subarray(upstream.header.length);
      }
      if (payload.length === 0) return;
      upstream.received.push(payload);
      if (modes[cluster]?.echo) socket.write(payload);
    });
    socket.on("end", () => activity++);
    socket.on("error", () => activity++); // a reset by Envoy is an ordinary ending
    socket.on("close", () => activity++);
  };
  const listen = (cluster: string, host: string, port: number): Promise<Server> =>
    new Promise((resolve, reject) => {
      const server = createServer({ allowHalfOpen: true }, (socket) => accept(cluster, socket));
      server.once("error", reject);
      server.listen(port, host, () => resolve(server));
    });

  const hostOf = async (cluster: string): Promise<Host> => {
    const known = hosts.get(cluster);
    if (known) return known;
    const address = `${network}.${100 + hosts.size}`;
    const server = await listen(cluster, address, 0);
    const bound = server.address();
    if (bound === null || typeof bound === "string") throw new Error("a backend has no port");
    const host: Host = { endpoint: { host: address, port: bound.port }, server };
    hosts.set(cluster, host);
    return host;
  };

  return {
    endpointOf: async (cluster) => (await hostOf(cluster)).endpoint,
    silentEndpoint: async () => {
      silentHost ??= await openSilentHost(`${network}.250`);
      return silentHost.endpoint;
    },
    arrange: async (clusters, roundTrip) => {
      for (const { socket } of upstreams) socket.destroy();
      for (const socket of httpSockets) socket.destroy();
      upstreams = [];
      httpSockets = [];
      servers = new Map();
      modes = clusters;
      const waiting: (() => void)[] = [];
      const surroundings: Surroundings = {
        onActivity: () => activity++,
        afterEvents: (then) => {
          waiting.push(then);
          if (waiting.length > 1) return;
          // All that came at one moment goes out together. Envoy may die meanwhile, which whoever
          // plays the scenario hears of.
          const release = () => waiting.splice(0).forEach((answer) => answer());
          void roundTrip().then(release, () => undefined);
        },
      };
      for (const [cluster, { connect, serve }] of Object.entries(clusters)) {
        if (serve) servers.set(cluster, serve(surroundings));
        const host = await hostOf(cluster);
        if (connect === "refuse") {
          host.server?.close();
          host.server = undefined;
        } else {
          host.server ??= await listen(cluster, host.endpoint.host, host.endpoint.port);
        }
      }
    },
    upstreams: () => upstreams,
    activity: () => activity,
    close: () => {
      for (const { socket } of upstreams) socket.destroy();
      for (const socket of httpSockets) socket.destroy();
      for (const { server } of hosts.values()) server?.close();
      silentHost?.close();
    },
  };
}
