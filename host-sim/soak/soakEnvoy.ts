/** Starts the Envoy of the soak run and reads what it costs. */
import { spawn } from "node:child_process";
import { closeSync, existsSync, openSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { listenerNames, soakBootstrap, type ListenerName, type Upstreams } from "./soakConfig.ts";

const START_TIMEOUT_MS = 60_000;

export interface SoakEnvoy {
  readonly portOf: Readonly<Record<ListenerName, number>>;
  /** CPU time of all threads so far, in microseconds. */
  readonly cpuMicros: () => number;
  /** Resident memory, in KiB. */
  readonly residentKib: () => number;
  /** Counters and gauges by name. */
  readonly stats: () => Promise<ReadonlyMap<string, number>>;
  /** Lines of its wasm logger at warning and above: the filter's own, traps, failed VMs. */
  readonly warnings: () => readonly string[];
  readonly stop: () => Promise<void>;
}

/** Throws if Envoy does not get ready; its log is in `folder`. */
export async function startSoakEnvoy(
  binary: string,
  folder: string,
  wasmFile: string,
  upstreams: Upstreams,
): Promise<SoakEnvoy> {
  const file = (name: string): string => join(folder, name);
  writeFileSync(file("envoy.json"), JSON.stringify(soakBootstrap(wasmFile, upstreams)));
  const output = openSync(file("envoy.log"), "w");
  const child = spawn(
    binary,
    [
      ...["--config-path", file("envoy.json"), "--admin-address-path", file("admin")],
      ...["--concurrency", "1", "--disable-hot-restart", "--log-level", "warning"],
    ],
    { stdio: ["ignore", output, output] },
  );
  closeSync(output);
  let ended: string | undefined;
  child.once("exit", (code, signal) => (ended = signal ?? `exit status ${code}`));
  const kill = (): boolean => child.kill("SIGKILL");
  process.once("exit", kill);

  const ask = async (path: string): Promise<string> => {
    const admin = existsSync(file("admin")) ? readFileSync(file("admin"), "utf8").trim() : "";
    if (admin === "") return "";
    return (await fetch(`http://${admin}${path}`)).text();
  };
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (!(await ask("/ready").catch(() => "")).startsWith("LIVE")) {
    if (ended !== undefined || Date.now() > deadline) {
      kill();
      throw new Error(`Envoy did not start (${ended ?? "no answer"}): ${file("envoy.log")}`);
    }
    await sleep(50);
  }
  const listeners = JSON.parse(await ask("/listeners?format=json")) as {
    readonly listener_statuses: readonly {
      readonly name: string;
      readonly local_address: { readonly socket_address: { readonly port_value: number } };
    }[];
  };
  const portOf = Object.fromEntries(
    listeners.listener_statuses.map((it) => [it.name, it.local_address.socket_address.port_value]),
  ) as Record<ListenerName, number>;
  for (const name of listenerNames) {
    if (!portOf[name]) throw new Error(`Envoy has no listener ${name}: ${file("envoy.log")}`);
  }

  const process_ = `/proc/${child.pid}`;
  return {
    portOf,
    cpuMicros: () =>
      readdirSync(`${process_}/task`).reduce((sum, thread) => {
        const [ran = "0"] = readFileSync(`${process_}/task/${thread}/schedstat`, "utf8").split(" ");
        return sum + Number(ran) / 1000;
      }, 0),
    residentKib: () =>
      Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`${process_}/status`, "utf8"))?.[1]),
    stats: async () =>
      new Map(
        [...(await ask("/stats")).matchAll(/^(\S+): (\d+)$/gm)].map(
          ([, name = "", value]) => [name, Number(value)] as const,
        ),
      ),
    warnings: () =>
      readFileSync(file("envoy.log"), "utf8")
        .split("\n")
        .filter((line) => /\]\[(warning|error|critical)\]\[wasm\]/.test(line)),
    stop: async () => {
      process.removeListener("exit", kill);
      if (ended !== undefined) return;
      const gone = new Promise((resolve) => child.once("exit", resolve));
      kill();
      await gone;
    },
  };
}
