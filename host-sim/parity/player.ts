/** Plays a scenario's connections against a listener, step by step, each until nothing more happens. */
import { connect, type Socket } from "node:net";
import { parseAddress } from "../src/address.ts";
import { parseDuration } from "../src/duration.ts";
import type { Scenario, ScenarioBytes, ScenarioConnection, ScenarioStep } from "../src/index.ts";
import type { Backends, Upstream } from "./backends.ts";
import type { Clock } from "./clock.ts";
import { proxyHeader } from "./proxyHeader.ts";

/** A connection as client and upstream see it. */
export interface PlayedConnection {
  readonly id: string;
  /** 0 for the first that was accepted: later ones of the scenario may come earlier. */
  readonly rank: number;
  readonly clientReceived: Buffer;
  readonly upstreamReceived: Buffer;
  /** PROXY header that the upstream got first. */
  readonly upstreamHeader: Buffer;
}

interface Client {
  readonly socket: Socket;
  readonly received: Buffer[];
  upstream: Upstream | undefined;
}

export interface Stage {
  /** Where Envoy listens: a port of 127.0.0.1, or a Unix socket. */
  readonly listener: { readonly port: number } | { readonly path: string };
  readonly backends: Backends;
  /** Resolves when Envoy, the backends and `extra` have come to rest. */
  readonly settle: (extra: () => number) => Promise<void>;
  readonly clock: Clock;
}

/** `connections[index].id`, or the position. */
export const connectionId = (connection: ScenarioConnection, index: number): string =>
  connection.id ?? String(index + 1);

/**
 * Calls `atEnd` when all steps are done and before the sockets are torn down.
 * Sockets are destroyed even if Envoy dies on the way.
 */
export async function play(
  scenario: Scenario,
  stage: Stage,
  atEnd: () => Promise<void>,
): Promise<readonly PlayedConnection[]> {
  const clients = new Map<number, Client>();
  let activity = 0;
  const settle = (): Promise<void> => stage.settle(() => activity);

  const accept = async (index: number, connection: ScenarioConnection): Promise<void> => {
    const socket =
      "path" in stage.listener
        ? connect({ path: stage.listener.path, allowHalfOpen: true })
        : connect({ ...LOOPBACK, port: stage.listener.port });
    const client: Client = { socket, received: [], upstream: undefined };
    clients.set(index, client);
    socket.on("data", (bytes: Buffer) => {
      activity++;
      client.received.push(bytes);
    });
    for (const event of ["end", "error", "close"]) socket.on(event, () => activity++);
    await new Promise<void>((resolve, reject) => {
      socket.once("connect", resolve);
      socket.once("error", reject);
    });
    if (!("path" in stage.listener)) socket.write(headerOf(connection));
    await settle();
  };
  let assigned = 0;
  /**
   * Gives new upstream connections to their clients. It is the connection that was just played,
   * unless that has one or several came at once: then one that had been held was let go first.
   */
  const assignUpstreams = (current: number): void => {
    const fresh = stage.backends.upstreams().slice(assigned);
    assigned += fresh.length;
    const waiting = [...clients].filter(([, client]) => client.upstream === undefined);
    const own = waiting.filter(([index]) => index === current);
    const others = waiting.filter(([index]) => index !== current);
    const held = others.slice(0, Math.max(fresh.length - own.length, 0));
    for (const [, client] of [...held, ...own]) client.upstream = fresh.shift();
  };

  const step = async (index: number, client: Client, what: ScenarioStep): Promise<void> => {
    if ("downstream" in what) {
      if (client.socket.writable) client.socket.write(bytesOf(what.downstream));
      await settle();
    } else if ("upstream" in what) {
      if (client.upstream?.socket.writable) client.upstream.socket.write(bytesOf(what.upstream));
      await settle();
    } else {
      await close(client, what.close, async () => {
        await settle();
        assignUpstreams(index);
      });
    }
  };

  try {
    for (const { at, index, connection, what } of timetable(scenario)) {
      await stage.clock.until(at);
      assignUpstreams(index);
      const client = clients.get(index);
      if (what === undefined) await accept(index, connection);
      else if (client) await step(index, client, what);
      assignUpstreams(index);
    }
    await stage.clock.untilEnd();
    await settle();
    assignUpstreams(-1);
    await atEnd();
    return scenario.connections.map((connection, index) => {
      const client = clients.get(index);
      return {
        id: connectionId(connection, index),
        rank: [...clients.keys()].indexOf(index),
        clientReceived: Buffer.concat(client?.received ?? []),
        upstreamReceived: Buffer.concat(client?.upstream?.received ?? []),
        upstreamHeader: client?.upstream?.header ?? Buffer.alloc(0),
      };
    });
  } finally {
    for (const { socket } of clients.values()) socket.destroy();
  }
}

const LOOPBACK = { host: "127.0.0.1", noDelay: true, allowHalfOpen: true };

function headerOf({ source, destination }: ScenarioConnection): Buffer {
  const [from, to] = [parseAddress(source), parseAddress(destination)];
  const header = from && to ? proxyHeader(from, to) : undefined;
  if (!header) throw new Error(`not playable: ${source}, ${destination}`);
  return header;
}

async function close(
  client: Client,
  how: "client" | "server" | "clientReset" | "serverReset",
  settle: () => Promise<void>,
): Promise<void> {
  const server = client.upstream?.socket;
  switch (how) {
    case "client":
    case "server": {
      const first = how === "client" ? client.socket : server;
      if (!first?.writable) return;
      first.end();
      await settle();
      // The upstream may have come only now.
      const second = how === "client" ? client.upstream?.socket : client.socket;
      if (second?.writable) second.end();
      break;
    }
    case "clientReset":
      client.socket.resetAndDestroy();
      break;
    case "serverReset":
      server?.resetAndDestroy();
      break;
  }
  await settle();
}

interface Entry {
  readonly at: number;
  readonly index: number;
  readonly connection: ScenarioConnection;
  /** Absent: the accept. */
  readonly what: ScenarioStep | undefined;
}

/** Accepts and steps of all connections by time, connection, step (contract.md, order of steps). */
function timetable(scenario: Scenario): readonly Entry[] {
  return scenario.connections
    .flatMap((connection, index): readonly Entry[] => {
      let at = parseDuration(connection.at) ?? 0;
      const steps = connection.steps.map((what) => {
        at += parseDuration(what.after) ?? 0;
        return { at, index, connection, what };
      });
      const accepted = parseDuration(connection.at) ?? 0;
      return [{ at: accepted, index, connection, what: undefined }, ...steps];
    })
    .sort((a, b) => a.at - b.at || a.index - b.index);
}

function bytesOf(bytes: ScenarioBytes): Buffer {
  return typeof bytes === "string" ? Buffer.from(bytes) : Buffer.from(bytes.base64, "base64");
}
