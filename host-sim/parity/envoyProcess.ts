/**
 * One Envoy process: started with wasm:trace, fed with listeners and clusters through files, asked
 * through its admin interface, and killed when this process ends, however it ends.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { Agent, request as httpRequest } from "node:http";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { LogLevelName } from "../src/abi.ts";
import { barrierListener, bootstrap, discoveryResponse, type EnvoyJson } from "./envoyConfig.ts";
import { EnvoyLog, LOG_FORMAT } from "./envoyLog.ts";

const START_TIMEOUT_MS = 30_000;
/** A module of 3 MB keeps the main thread of a busy machine from answering for many seconds. */
const UPDATE_TIMEOUT_MS = 60_000;

/** Envoy ended by itself; `how` says with which signal or status. */
export class EnvoyDied extends Error {
  readonly how: string;
  constructor(how: string) {
    super(`Envoy died: ${how}`);
    this.how = how;
  }
}

export interface EnvoyProcess {
  /** Thread id of Envoy's main thread, as in its log. */
  readonly mainThread: number;
  readonly log: EnvoyLog;
  readonly accessLogFile: string;
  /** Throws EnvoyDied if Envoy has ended. */
  readonly checkAlive: () => void;
  /** Replaces all clusters; resolves when Envoy has taken them. */
  readonly setClusters: (clusters: readonly EnvoyJson[]) => Promise<void>;
  /**
   * Replaces all listeners but the barrier. Resolves when the worker serves the new one or Envoy has
   * refused it; without a new one, when the last one and its VMs are gone.
   */
  readonly setListener: (listener: EnvoyJson | undefined) => Promise<"accepted" | "refused">;
  /** Connections that the listener has accepted, and how many of them still live. */
  readonly connectionsOf: (listener: string) => Promise<{ total: number; active: number }>;
  /** Counters and gauges whose whole name the expression (RE2) matches. */
  readonly stats: (expression: string) => Promise<ReadonlyMap<string, bigint>>;
  /** The level of the wasm logger; trace from the start. */
  readonly setLogLevel: (level: LogLevelName) => Promise<void>;
  /** Loopback port of a listener. */
  readonly portOf: (listener: string) => Promise<number>;
  readonly stop: () => Promise<void>;
}

const running = new Set<ChildProcess>();
const killAll = (): void => running.forEach((child) => child.kill("SIGKILL"));
process.on("exit", killAll);
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(signal, () => {
    killAll();
    process.exit(130);
  });
}

/** Starts Envoy with its files in `folder`, which must exist and be empty. */
export async function startEnvoy(binary: string, folder: string): Promise<EnvoyProcess> {
  const file = (name: string): string => join(folder, name);
  const files = { cds: file("cds.json"), lds: file("lds.json") };
  writeFileSync(files.cds, discoveryResponse(0, []));
  writeFileSync(files.lds, discoveryResponse(0, [barrierListener]));
  writeFileSync(file("bootstrap.json"), JSON.stringify(bootstrap(files)));
  const logFile = file("envoy.log");
  const output = openSync(logFile, "w");
  const child = spawn(
    binary,
    [
      ...["--config-path", file("bootstrap.json"), "--admin-address-path", file("admin")],
      ...["--concurrency", "1", "--disable-hot-restart", "--drain-time-s", "0"],
      ...["--log-level", "warning", "--component-log-level", "wasm:trace,config:info"],
      ...["--log-format", LOG_FORMAT, "--file-flush-interval-msec", "10"],
    ],
    { stdio: ["ignore", output, output] },
  );
  closeSync(output);
  running.add(child);
  let ended: string | undefined;
  const exited = new Promise<void>((resolve) => {
    const onEnd = (how: string): void => {
      ended ??= how;
      running.delete(child);
      resolve();
    };
    child.once("exit", (code, signal) => onEnd(signal ?? `exit status ${code}`));
    child.once("error", (error) => onEnd(error.message));
  });
  const checkAlive = (): void => {
    if (ended !== undefined) throw new EnvoyDied(ended);
  };

  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  let admin = "";
  const ask = (path: string): Promise<string> =>
    askHttp(`http://${admin}${path}`, agent).catch(async (error: unknown) => {
      await sleep(50); // a death shows here first, as a reset of the admin connection
      checkAlive();
      throw error;
    });
  const counters = async (...names: readonly string[]): Promise<readonly number[]> => {
    const text = await ask(`/stats?filter=${encodeURIComponent(`^(${names.join("|")})$`)}`);
    return names.map((name) =>
      Number(new RegExp(`^${name.replaceAll(".", "\\.")}: (\\d+)$`, "m").exec(text)?.[1] ?? 0),
    );
  };
  const until = async (done: () => Promise<boolean>, what: string, ms: number): Promise<void> => {
    const deadline = Date.now() + ms;
    while (!(await done())) {
      checkAlive();
      if (Date.now() > deadline) throw new Error(`${what} took more than ${ms} ms; see ${logFile}`);
      await sleep(1);
    }
  };

  const isLive = async (): Promise<boolean> => {
    // The file may be there and still empty.
    admin = existsSync(file("admin")) ? readFileSync(file("admin"), "utf8").trim() : "";
    return admin !== "" && (await ask("/ready").catch(() => "")).startsWith("LIVE");
  };
  await until(isLive, "Envoy's start", START_TIMEOUT_MS);

  let version = 0;
  let logLevel: LogLevelName = "trace";
  const publish = (path: string, resources: readonly EnvoyJson[]): void => {
    writeFileSync(`${path}.next`, discoveryResponse(++version, resources));
    renameSync(`${path}.next`, path);
  };

  return {
    mainThread: child.pid ?? 0,
    log: new EnvoyLog(logFile),
    accessLogFile: file("access.log"),
    checkAlive,
    setClusters: async (clusters) => {
      const count = "cluster_manager.cds.update_success";
      const [before = 0] = await counters(count);
      publish(files.cds, clusters);
      const taken = async (): Promise<boolean> => ((await counters(count))[0] ?? 0) > before;
      await until(taken, "an update of the clusters", UPDATE_TIMEOUT_MS);
    },
    setListener: async (listener) => {
      const names = ["update_success", "update_rejected"].map((it) => `listener_manager.lds.${it}`);
      const created = "listener_manager.listener_create_success";
      const draining = "listener_manager.total_listeners_draining";
      const vms = "wasm.wasm_vm_count";
      const [success = 0, rejected = 0, serving = 0] = await counters(...names, created);
      publish(files.lds, listener ? [barrierListener, listener] : [barrierListener]);
      let result: "accepted" | "refused" | undefined;
      const settled = async (): Promise<boolean> => {
        const now = await counters(...names, created, draining, vms);
        if ((now[1] ?? 0) > rejected) result = "refused";
        // Without a listener its VMs go, too, and what they say then belongs to nobody.
        const isReady = listener ? (now[2] ?? 0) > serving : now[3] === 0 && now[4] === 0;
        if ((now[0] ?? 0) > success && isReady) result = "accepted";
        return result !== undefined;
      };
      await until(settled, "an update of the listeners", UPDATE_TIMEOUT_MS);
      return result ?? "refused";
    },
    connectionsOf: async (listener) => {
      const names = ["total", "active"].map((it) => `listener.${listener}.downstream_cx_${it}`);
      const [total = 0, active = 0] = await counters(...names);
      return { total, active };
    },
    setLogLevel: async (level) => {
      if (level === logLevel) return;
      const name = level === "warn" ? "warning" : level;
      await askHttp(`http://${admin}/logging?wasm=${name}`, agent, "POST");
      logLevel = level;
    },
    stats: async (expression) => {
      const text = await ask(`/stats?format=json&filter=${encodeURIComponent(expression)}`);
      // Values may be larger than a JSON number holds exactly.
      const exact = text.replace(/"value":(\d+)/g, '"value":"$1"');
      const { stats } = JSON.parse(exact) as {
        readonly stats: readonly { readonly name?: string; readonly value?: string }[];
      };
      return new Map(
        stats.flatMap(({ name, value }) =>
          name === undefined || value === undefined ? [] : [[name, BigInt(value)] as const],
        ),
      );
    },
    portOf: async (listener) => {
      const { listener_statuses: statuses } = JSON.parse(await ask("/listeners?format=json")) as {
        readonly listener_statuses?: readonly {
          readonly name: string;
          readonly local_address: { readonly socket_address: { readonly port_value: number } };
        }[];
      };
      const found = statuses?.find(({ name }) => name === listener);
      if (!found) throw new Error(`Envoy has no listener ${listener}`);
      return found.local_address.socket_address.port_value;
    },
    stop: async () => {
      agent.destroy();
      child.kill("SIGKILL"); // a guest that loops for ever keeps Envoy from leaving by itself
      await exited;
    },
  };
}

function askHttp(url: string, agent: Agent, method = "GET"): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(url, { agent, method }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => (text += chunk));
      response.on("end", () => resolve(text));
      response.on("error", reject);
    });
    request.setTimeout(UPDATE_TIMEOUT_MS, () =>
      request.destroy(new Error(`no answer from ${url}`)),
    );
    request.on("error", reject);
    request.end();
  });
}
