import { readFileSync } from "node:fs";
import { run } from "./run.mjs";

/** The Linux distribution: `debian`, `ubuntu` (and what is made from it), or undefined. */
export function distribution() {
  if (process.platform !== "linux") return undefined;
  let release;
  try {
    release = readFileSync("/etc/os-release", "utf8");
  } catch {
    return undefined;
  }
  const ids = [...release.matchAll(/^(?:ID|ID_LIKE)="?([^"\n]*)/gm)].join(" ");
  if (/\bubuntu\b/.test(ids)) return "ubuntu";
  return /\bdebian\b/.test(ids) ? "debian" : undefined;
}

/** Installs a package of Debian's. @param {string} name @throws {CommandFailed} */
export async function aptInstall(name) {
  await aptGet(["update", "-qq"]);
  await aptGet(["install", "-y", "-qq", "--no-install-recommends", name]);
}

/** @param {readonly string[]} args */
async function aptGet(args) {
  const command = ["apt-get", ...args];
  const asRoot = process.getuid?.() === 0 ? command : ["sudo", ...command];
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  await run(String(asRoot[0]), asRoot.slice(1), { env, quiet: true });
}
