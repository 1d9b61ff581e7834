import { aptInstall, distribution } from "./apt.mjs";
import { findChromium } from "./findChromium.mjs";
import { CommandFailed, run, say } from "./run.mjs";

const remedy =
  "install Chromium or Chrome, or set CHROMIUM_PATH to one, and run `npm test` again " +
  "(`npx playwright install chromium` also gets one where Playwright supports the system)";

async function installChromium() {
  switch (distribution()) {
    case "debian":
      say("  No Chromium found: installing Debian's package chromium (about half a minute).");
      return aptInstall("chromium");
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
