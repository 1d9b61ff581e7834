/** Connections of every shape with a guest that holds, edits or only watches. */
import { from, module, type ParityCase, probe, scenario, talk } from "./case.ts";

const SOURCE = "10.0.0.42:51324";
const OTHER = "10.0.0.43:51325";

export async function endingCases(): Promise<readonly ParityCase[]> {
  return [...(await held()), ...(await watched()), ...(await unix())];
}

async function held(): Promise<readonly ParityCase[]> {
  const wasm = await probe("held");
  const overlapping = [
    from(SOURCE, { after: "1ms", downstream: "hello" }, { after: "5ms", close: "client" }),
    { ...from(OTHER, { downstream: "hi" }, { after: "5ms", close: "client" }), at: "3ms" },
  ];
  const modes = {
    "the next connection sets its cluster": "j",
    "the next connection edits its data": "l",
    "the next connection closes it": "m",
  };
  const stopping = {
    "upstream FIN stopped, client closes": ["y", "client"],
    "upstream FIN stopped, server closes": ["y", "server"],
    "client FIN stopped, client closes": ["z", "client"],
    "client FIN stopped, server closes": ["z", "server"],
    "client FIN stopped, client resets": ["z", "clientReset"],
  } as const;
  return [
    ...Object.entries(modes).map(([name, configuration]) => ({
      name: `held: ${name}`,
      wasm,
      scenario: scenario({ plugin: { configuration }, connections: overlapping }),
    })),
    ...Object.entries(stopping).map(([name, [configuration, close]]) => ({
      name: `held: ${name}`,
      wasm,
      scenario: scenario({
        plugin: { configuration },
        connections: [from(SOURCE, { downstream: "hello" }, { upstream: "hi" }, { close })],
      }),
    })),
  ];
}

/** The smallest guest that sees everything: only callbacks, no host call. */
async function watched(): Promise<readonly ParityCase[]> {
  const wasm = await module(`
    (memory (export "memory") 1)
    (func (export "proxy_abi_version_0_2_1"))
    (func (export "malloc") (param i32) (result i32) (i32.const 1024))
    (func (export "proxy_on_new_connection") (param i32) (result i32) (i32.const 0))
    (func (export "proxy_on_downstream_data") (param i32 i32 i32) (result i32) (i32.const 0))
    (func (export "proxy_on_upstream_data") (param i32 i32 i32) (result i32) (i32.const 0))
    (func (export "proxy_on_downstream_connection_close") (param i32 i32))
    (func (export "proxy_on_upstream_connection_close") (param i32 i32))
    (func (export "proxy_on_done") (param i32) (result i32) (i32.const 0))
    (func (export "proxy_on_log") (param i32))
    (func (export "proxy_on_delete") (param i32))`);
  const closes = ["client", "server", "clientReset", "serverReset"] as const;
  const before = {
    "nothing was said": [],
    "the client spoke": [{ downstream: "hello" }],
    "the server spoke": [{ upstream: "hi" }],
    "both spoke": [{ downstream: "hello" }, { upstream: "hi" }, { downstream: "more" }],
  };
  const endings = Object.entries(before).flatMap(([what, steps]) =>
    closes.map((close) => ({
      name: `ending: ${close} when ${what}`,
      wasm,
      scenario: scenario({ connections: [from(SOURCE, ...steps, { close })] }),
    })),
  );
  const all = closes.map((close, i) => ({
    ...from(
      `10.0.0.${i + 1}:${40000 + i}`,
      { after: "5ms", downstream: "x" },
      { after: `${9 - i}ms`, close },
    ),
    at: `${i}ms`,
  }));
  const large = "0123456789abcdef".repeat(2500);
  return [
    ...endings,
    { name: "ending: four at once", wasm, scenario: scenario({ connections: all }) },
    {
      name: "ending: 40000 bytes both ways",
      wasm,
      scenario: scenario({
        connections: [
          from(SOURCE, { downstream: large }, { upstream: large }, { close: "client" }),
        ],
      }),
    },
    {
      name: "ending: steps after the end are skipped",
      wasm,
      scenario: scenario({
        tcpProxy: { cluster: "nowhere" },
        connections: [from(SOURCE, ...talk), from(OTHER, { close: "serverReset" })],
      }),
    },
    {
      name: "ending: client resets a refused connection",
      wasm,
      scenario: scenario({
        clusters: { c1: { endpoints: ["10.1.0.1:8080"], connect: "refuse" } },
        connections: [from(SOURCE, { close: "clientReset" })],
      }),
    },
  ];
}

async function unix(): Promise<readonly ParityCase[]> {
  const address = "unix:/run/parity.sock";
  const connection = { source: address, destination: address, steps: talk };
  return [
    {
      name: "properties of a Unix connection",
      wasm: await probe("properties"),
      scenario: scenario({ listener: { address }, connections: [connection] }),
    },
  ];
}
