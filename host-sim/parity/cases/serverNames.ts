/** Server names as a TLS inspector reads them, seen in every callback. */
import { from, type ParityCase, probe, scenario, talk } from "./case.ts";

const names = {
  "of a host": "api.example.org",
  "in capitals": "API.Example.ORG",
  "with a dot at the end": "example.org.",
  "of one letter": "a",
  "of 255 bytes": "n".repeat(255),
  "that is an address": "203.0.113.10",
  "with bytes that no host name has": "_Ü *.example org",
};

export async function serverNameCases(): Promise<readonly ParityCase[]> {
  const wasm = await probe("properties");
  const named = (serverName: string, ...steps: typeof talk) => ({
    ...from("10.0.0.42:51324", ...steps),
    serverName,
  });
  return [
    ...Object.entries(names).map(([what, name]) => ({
      name: `server name: ${what}`,
      wasm,
      scenario: scenario({ connections: [named(name, ...talk)] }),
    })),
    {
      name: "server name: nothing else is sent, three connections, one after the other",
      wasm,
      scenario: scenario({
        connections: ["a.example", "b.example", "c.example"].map((name) =>
          named(name, { close: "client" }),
        ),
      }),
    },
    {
      name: "server name: connect refused",
      wasm,
      scenario: scenario({
        clusters: { c1: { endpoints: ["10.1.0.1:8080"], connect: "refuse" } },
        connections: [named("example.org", ...talk)],
      }),
    },
    {
      name: "server name: filter that stops data",
      wasm: await probe("streams"),
      scenario: scenario({
        plugin: { configuration: "a" },
        connections: [named("example.org", { downstream: "hello" }, { close: "client" })],
      }),
    },
  ];
}
