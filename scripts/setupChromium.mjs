import { readFileSync } from "node:fs";
import { findChromium } from "./findChromium.mjs";
import { CommandFailed, run, say } from "./run.mjs";

const remedy =
  "install Chromium or Chrome, or set CHROMIUM_PATH to one, and run `npm test` again " +
  "(`npx playwright install chromium` also gets one where Playwright supports the system)";

/** The Linux distribution: `debian`, `ubuntu` (and what is made from it), or undefined. */
function distribution() {
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

/** @param {readonly string[]} args */
async function aptGet(args) {
  const command = ["apt-get", ...args];
  const asRoot = process.getuid?.() === 0 ? command : ["sudo", ...command];
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  await run(String(asRoot[0]), asRoot.slice(1), { env, quiet: true });
}

async function installChromium() {
  switch (distribution()) {
    case "debian":
      say("  No Chromium found: installing Debian's package chromium (about half a minute).");
      await aptGet(["update", "-qq"]);
      return aptGet(["install", "-y", "-qq", "--no-install-recommends", "chromium"]);
    case "ubuntu":
      // Ubuntu's own package only points to a snap.
      say("  No Chromium found: Playwright downloads one.");
      return run("playwright", ["install", "--with-deps", "chromium"]);
    default:
      throw new CommandFailed(`no Chromium found, and no way known to get one here: ${remedy}`);
  }
}

/** Finds a Chromium for the end-to-end tests, or installs one on Debian and Ubuntu. */
export async function ensureChromium() {
  const found = findChromium();
  if (found) return found;
  try {
    await installChromium();
  } catch (error) {
    if (!(error instanceof CommandFailed) || error.message.includes(remedy)) throw error;
    throw new CommandFailed(`Chromium could not be installed (${error.message}): ${remedy}`);
  }
  const installed = findChromium();
  if (!installed)
    throw new CommandFailed(`Chromium was installed and is still not found: ${remedy}`);
  return installed;
}
