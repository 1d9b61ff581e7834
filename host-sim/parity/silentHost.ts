/**
 * A host that never answers: a listening socket whose queue of connections is full, so that the
 * kernel drops what a client sends to open another one. Its thread sleeps and never accepts.
 */
import { connect, type Socket } from "node:net";
import { Worker } from "node:worker_threads";
import type { Endpoint } from "./envoyConfig.ts";

/** Linux lets one more than the backlog wait. */
const BACKLOG = 1;
const LISTEN_AND_SLEEP = `
  const { parentPort, workerData } = require("node:worker_threads");
  const server = require("node:net").createServer();
  server.listen({ ...workerData, port: 0 }, () => {
    parentPort.postMessage(server.address().port);
    setImmediate(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0));
  });`;

export interface SilentHost {
  readonly endpoint: Endpoint;
  readonly close: () => void;
}

export async function openSilentHost(host: string): Promise<SilentHost> {
  const workerData = { host, backlog: BACKLOG };
  const worker = new Worker(LISTEN_AND_SLEEP, { eval: true, workerData });
  worker.unref();
  const port = await new Promise<number>((resolve, reject) => {
    worker.once("message", resolve);
    worker.once("error", reject);
  });
  const waiting = Array.from({ length: BACKLOG + 1 }, () => connect({ host, port }));
  await Promise.all(waiting.map(connected));
  return {
    endpoint: { host, port },
    close: () => {
      for (const socket of waiting) socket.destroy();
      void worker.terminate();
    },
  };
}

function connected(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once("connect", resolve);
    socket.once("error", reject);
  });
}
