// Runs inside a pod: makes the connections that standard input asks for, and answers what came back.
import { readFileSync } from "node:fs";
import { connect } from "node:net";

/**
 * @typedef {object} Call
 * @property {string} address
 * @property {number} port
 * @property {string} [source] one of the pod's own addresses
 * @property {string} [path] of the HTTP request
 * @property {string} [until] try again until the answer has this
 */
/** @typedef {{ body?: string, error?: string }} Reply an empty body means closed without an answer */

const atOnce = 16;
const patienceMs = 15_000;

/** @param {Call} call @returns {Promise<Reply>} */
function dial({ source, address, port, path = "/" }) {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port, ...(source ? { localAddress: source } : {}) });
    let received = "";
    socket.setTimeout(patienceMs, () => socket.destroy(new Error("no answer")));
    socket.on("connect", () =>
      socket.write(`GET ${path} HTTP/1.1\r\nHost: pod\r\nConnection: close\r\n\r\n`),
    );
    socket.on("data", (data) => (received += data));
    socket.on("error", (error) => resolve({ error: error.message }));
    socket.on("close", () => resolve({ body: received.slice(received.indexOf("\r\n\r\n") + 4) }));
  });
}

/** @param {Call} call */
async function answer(call) {
  const end = Date.now() + patienceMs;
  for (;;) {
    const reply = await dial(call);
    if (call.until === undefined || reply.body?.includes(call.until) || Date.now() > end)
      return reply;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** @type {readonly Call[]} */
const calls = JSON.parse(readFileSync(0, "utf8"));
/** @type {Reply[]} */
const replies = [];
const todo = calls.entries();
await Promise.all(
  Array.from({ length: atOnce }, async () => {
    for (const [at, call] of todo) replies[at] = await answer(call);
  }),
);
process.stdout.write(JSON.stringify(replies));
