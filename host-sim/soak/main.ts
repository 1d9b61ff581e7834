/**
 * npm run soak: many connections through the filter in real Envoy, on loopback. Fails on a wrong
 * route, a trap, a warning of the filter, counters that do not add up, or memory that grows.
 */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { ensureEnvoy } from "../parity/ensureEnvoy.ts";
import { closedPort, playLoad, startUpstream, type LoadResult } from "./load.ts";
import { startSoakEnvoy, type SoakEnvoy } from "./soakEnvoy.ts";
import { traffic } from "./traffic.ts";

const usage = `npm run soak [-- OPTIONS]
  --connections N  connections in all (20000)
  --parallel N     connections at a time (64)
  --seed N         other addresses, other failures (1)`;

/** The run is watched in this many parts. */
const PARTS = 20;
/** Until then caches, pools and the allocator fill. */
const WARM_PARTS = 5;
/** Of resident memory, from the warm parts to the last ones. */
const MOST_GROWTH = 1.1;

interface Options {
  readonly connections: number;
  readonly parallel: number;
  readonly seed: number;
}

function readOptions(): Options {
  try {
    const { values } = parseArgs({
      options: {
        connections: { type: "string", default: "20000" },
        parallel: { type: "string", default: "64" },
        seed: { type: "string", default: "1" },
      },
    });
    const whole = (name: keyof typeof values, least: number): number => {
      const text = values[name];
      if (/^\d{1,9}$/.test(text) && Number(text) >= least) return Number(text);
      throw new Error(`--${name} is "${text}": must be a whole number from ${least}`);
    };
    return {
      connections: whole("connections", PARTS),
      parallel: whole("parallel", 1),
      seed: whole("seed", 0),
    };
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    process.exit(2);
  }
}

const root = fileURLToPath(new URL("../../../", import.meta.url));

const { connections, parallel, seed } = readOptions();
const wasm = `${root}filter/build/wasmerang.wasm`;
if (!existsSync(wasm)) throw new Error(`${wasm} is missing. Build it first: npm run build:wasm`);
const binary = await ensureEnvoy();
const folder = mkdtempSync(join(tmpdir(), "wasmerang-soak-"));
const egress1 = await startUpstream("1");
const egress2 = await startUpstream("2");
let envoy: SoakEnvoy | undefined;
try {
  envoy = await startSoakEnvoy(binary, folder, wasm, {
    egress1: egress1.port,
    egress2: egress2.port,
    refused: await closedPort(),
  });
  const problems = await soak(envoy);
  for (const problem of problems) console.error(`✗ ${problem}`);
  console.log(problems.length === 0 ? "soak: passed" : `soak: failed, Envoy's log is in ${folder}`);
  process.exitCode = problems.length === 0 ? 0 : 1;
} finally {
  await envoy?.stop();
  egress1.server.close();
  egress2.server.close();
  if (process.exitCode === 0) rmSync(folder, { recursive: true });
}

/** Plays all; answers what is wrong, in words. */
async function soak(running: SoakEnvoy): Promise<readonly string[]> {
  const all = traffic(connections, seed, running.portOf);
  const memory: number[] = [];
  const wrong: string[] = [];
  let played = 0;
  let wrongCount = 0;
  const started = Date.now();
  for (let part = 1; part <= PARTS; part++) {
    const until = Math.round((connections * part) / PARTS);
    const result: LoadResult = await playLoad(take(all, until - played), parallel);
    played += result.played;
    wrongCount += result.wrongCount;
    wrong.push(...result.wrong);
    memory.push(running.residentKib());
    console.log(
      `${String(played).padStart(9)} connections, ${wrongCount} wrong, resident ${Math.round(running.residentKib() / 1024)} MiB, ${Math.round(played / ((Date.now() - started) / 1000))} a second`,
    );
  }
  return [...wrong.slice(0, 20), ...(await judge(running, played, memory))];
}

function* take<T>(from: Iterator<T, void>, count: number): Generator<T, void> {
  for (let index = 0; index < count; index++) {
    const next = from.next();
    if (next.done) return;
    yield next.value;
  }
}

async function judge(
  running: SoakEnvoy,
  played: number,
  memory: readonly number[],
): Promise<readonly string[]> {
  const stats = await running.stats();
  const count = (name: string): number => stats.get(name) ?? 0;
  const custom = (name: string): number => count(`wasmcustom.wasmerang_${name}`);
  const routed = custom("routed_egress1") + custom("routed_egress2");
  const opened =
    count("tcp.standalone.downstream_cx_total") + count("tcp.istio.downstream_cx_total");
  const refused = [...stats].reduce(
    (sum, [name, value]) =>
      /^cluster\.outbound\|444.*\.upstream_cx_connect_fail$/.test(name) ? sum + value : sum,
    0,
  );
  const unknown = count("tcp.istio.downstream_cx_no_route");
  console.log(
    `Envoy counts: ${opened} connections at tcp_proxy, egress1 ${custom("routed_egress1")}, egress2 ${custom("routed_egress2")}, undecided ${custom("undecided")}, failed ${custom("failed")}; upstream refused ${refused}, no such cluster ${unknown}`,
  );
  const early = mean(memory.slice(WARM_PARTS, WARM_PARTS + 5));
  const late = mean(memory.slice(-5));
  console.log(
    `resident memory: ${Math.round(early / 1024)} MiB early, ${Math.round(late / 1024)} MiB late (${(late / early).toFixed(2)})`,
  );
  const warnings = running.warnings();
  return [
    ...(routed === opened ? [] : [`the filter routed ${routed} of ${opened} connections`]),
    ...(custom("undecided") + custom("failed") === 0 ? [] : ["the filter was undecided or failed"]),
    ...(opened > played * 0.9 ? [] : [`only ${opened} of ${played} connections reached tcp_proxy`]),
    ...(refused > 0 && unknown > 0
      ? []
      : ["no upstream failure was seen: the run proves too little"]),
    ...(warnings.length === 0 ? [] : [`Envoy warned: ${warnings.slice(0, 3).join(" | ")}`]),
    ...(late <= early * MOST_GROWTH ? [] : ["resident memory grows"]),
  ];
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
