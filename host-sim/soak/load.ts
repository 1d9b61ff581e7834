/** Connections through Envoy, many at a time: each says by PROXY protocol who it is. */
import { connect, createServer, type AddressInfo, type Server } from "node:net";
import { parseAddress } from "../src/index.ts";
import { proxyHeader } from "../parity/proxyHeader.ts";

/** One connection: what it is, and what must come back. */
export interface LoadConnection {
  readonly port: number;
  readonly source: string;
  readonly destination: string;
  /** The answer of the right upstream, or that Envoy closes without one. */
  readonly expect: "1" | "2" | "closed" | "anything";
  /** The client resets as soon as it has sent its byte. */
  readonly aborts?: boolean;
}

export interface LoadResult {
  readonly played: number;
  /** In words, at most a few. */
  readonly wrong: readonly string[];
  readonly wrongCount: number;
}

const MOST_WRONG = 10;
/** An answer that takes longer is none. */
const PATIENCE_MS = 20_000;

/** Plays connections, `parallel` at a time. */
export async function playLoad(
  connections: Iterable<LoadConnection>,
  parallel: number,
): Promise<LoadResult> {
  const iterator = connections[Symbol.iterator]();
  const wrong: string[] = [];
  let played = 0;
  let wrongCount = 0;
  const lane = async (): Promise<void> => {
    for (let next = iterator.next(); !next.done; next = iterator.next()) {
      const { source, destination, expect } = next.value;
      const got = await play(next.value);
      played += 1;
      if (expect === "anything" || got === expect) continue;
      wrongCount += 1;
      if (wrong.length < MOST_WRONG) {
        wrong.push(`${source} to ${destination}: expected ${expect}, got ${got}`);
      }
    }
  };
  await Promise.all(Array.from({ length: parallel }, lane));
  return { played, wrong, wrongCount };
}

/** The answer, `closed` without one, or what went wrong. */
function play({ port, source, destination, aborts }: LoadConnection): Promise<string> {
  const from = parseAddress(source);
  const to = parseAddress(destination);
  const header = from && to && proxyHeader(from, to);
  if (!header) throw new Error(`no PROXY header for ${source} to ${destination}`);
  return new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port, noDelay: true });
    let answer = "";
    const end = (result: string): void => {
      socket.destroy();
      resolve(result);
    };
    socket.setTimeout(PATIENCE_MS, () => end(`nothing for ${PATIENCE_MS / 1000} s`));
    socket.write(Buffer.concat([header, Buffer.from("x")]), () => {
      if (!aborts) return;
      socket.resetAndDestroy();
      resolve("aborted");
    });
    socket.on("data", (data) => {
      answer += data.toString("latin1");
      end(answer);
    });
    socket.once("end", () => end(answer || "closed"));
    socket.once("error", (error: NodeJS.ErrnoException) =>
      end(error.code === "ECONNRESET" ? answer || "closed" : error.message),
    );
  });
}

/** A server on loopback that answers each first byte with `name`. */
export async function startUpstream(name: string): Promise<{ port: number; server: Server }> {
  const server = createServer({ noDelay: true }, (socket) => {
    socket.once("data", () => socket.write(name));
    socket.on("error", () => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", 4096, resolve));
  return { port: (server.address() as AddressInfo).port, server };
}

/** A loopback port at which nothing listens. */
export async function closedPort(): Promise<number> {
  const { port, server } = await startUpstream("");
  await new Promise((resolve) => server.close(resolve));
  return port;
}
