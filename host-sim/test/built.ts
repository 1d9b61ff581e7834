/** The build in dist/, brought up to date once for all test files that need it. */
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

/** Root of host-sim. */
export const hostSim = fileURLToPath(new URL("..", import.meta.url));

/** A build that takes longer has ended without removing its lock. */
const LOCK_EXPIRES_MS = 120_000;

/** Builds host-sim if a source file is newer. Test files run in parallel: one builds, others wait. */
export async function ensureBuilt(): Promise<void> {
  const lock = join(hostSim, "dist", ".lock");
  mkdirSync(join(hostSim, "dist"), { recursive: true });
  while (isStale()) {
    try {
      mkdirSync(lock);
    } catch {
      if (ageOf(lock) > LOCK_EXPIRES_MS) rmSync(lock, { recursive: true, force: true });
      await sleep(100);
      continue;
    }
    try {
      execFileSync(process.execPath, [join(hostSim, "build.mjs")], { stdio: "pipe" });
      return;
    } finally {
      rmSync(lock, { recursive: true, force: true });
    }
  }
}

function isStale(): boolean {
  const outputs = ["dist/cli/main.js", "dist/wasmerang.wasm", "dist/trace.schema.json"];
  const builtAt = Math.min(...outputs.map((it) => modifiedAt(join(hostSim, it))));
  return ["src", "cli", "../examples"].some((folder) =>
    readdirSync(join(hostSim, folder), { recursive: true, withFileTypes: true }).some(
      (entry) => entry.isFile() && modifiedAt(join(entry.parentPath, entry.name)) > builtAt,
    ),
  );
}

/** Milliseconds; 0 if there is no such file. */
const modifiedAt = (path: string): number => (existsSync(path) ? statSync(path).mtimeMs : 0);
const ageOf = (path: string): number => Date.now() - modifiedAt(path);

export interface Finished {
  readonly exit: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs the built command line. */
export function wasmerang(args: readonly string[], stdin = ""): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(hostSim, "bin/wasmerang.js"), ...args]);
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on("data", (data: Buffer) => out.push(data));
    child.stderr.on("data", (data: Buffer) => err.push(data));
    child.once("error", reject);
    child.once("close", (exit) => {
      resolve({ exit, out: Buffer.concat(out).toString(), err: Buffer.concat(err).toString() });
    });
    child.stdin.end(stdin);
  });
}
