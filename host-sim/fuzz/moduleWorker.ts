/** Runs in a worker thread: plays one module after the other, and checks the shape of the trace. */
import { parentPort } from "node:worker_threads";
import { readScenario, simulate, type TraceEvent } from "../src/index.ts";

export type ModuleOutcome =
  | { readonly kind: "refused" | "accepted" | "trapped" | "deaths" }
  | { readonly kind: "failed"; readonly message: string };

const read = readScenario({
  plugin: { configuration: "standalone" },
  clusters: { default: { endpoints: ["10.1.0.1:80"], echo: true }, egress1: { endpoints: [] } },
  connections: ["10.0.0.42:1", "[2001:db8::1]:2"].map((source) => ({
    source,
    destination: source.startsWith("[") ? "[2001:db8::9]:443" : "203.0.113.10:443",
    steps: [{ downstream: "hello" }, { close: "client" as const }],
  })),
});
if (!read.ok) throw new Error(JSON.stringify(read.problems));
const { scenario } = read;

const port = parentPort;
if (!port) throw new Error("moduleWorker is a worker thread's file");
port.on("message", (module: Uint8Array) => port.postMessage(play(module)));

function play(module: Uint8Array): ModuleOutcome {
  const events: TraceEvent[] = [];
  try {
    simulate(module, scenario, (event) => events.push(event));
    const wrong = wrongWith(events);
    if (wrong) return { kind: "failed", message: wrong };
  } catch (error) {
    return {
      kind: "failed",
      message: error instanceof Error ? (error.stack ?? "") : String(error),
    };
  }
  if (events.some(({ kind }) => kind === "envoyDies")) return { kind: "deaths" };
  const result = events.find((event) => event.kind === "pluginResult");
  if (!result?.accepted) return { kind: "refused" };
  return { kind: events.some(({ kind }) => kind === "trap") ? "trapped" : "accepted" };
}

/** What a whole trace must hold to, whatever the guest did. */
function wrongWith(events: readonly TraceEvent[]): string | undefined {
  let seq = 0;
  const open = new Set<number>();
  const seqs = events.map((event) => event.seq).sort((a, b) => a - b);
  for (const value of seqs) {
    if (value !== ++seq) return `seq ${value} where ${seq} should be`;
  }
  for (const event of events) {
    if (event.kind === "guestEnter") open.add(event.seq);
    if (event.kind === "guestExit" || event.kind === "trap") open.delete(event.enter);
  }
  const dies = events.some(({ kind }) => kind === "envoyDies");
  if (open.size > 0 && !dies) return `${open.size} callbacks neither returned nor trapped`;
  const isRefused = !events.some((event) => event.kind === "pluginResult" && event.accepted);
  const ends = events.filter(({ kind }) => kind === "connectionEnd").length;
  if (!isRefused && !dies && ends !== scenario.connections.length) {
    return `${ends} connections ended of ${scenario.connections.length}`;
  }
  return undefined;
}
