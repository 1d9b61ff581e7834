import { aptInstall, distribution } from "./apt.mjs";
import { findBrowser } from "./findBrowser.mjs";
import { CommandFailed, say } from "./run.mjs";

const find = () =>
  findBrowser({
    variable: "FIREFOX_PATH",
    title: "Firefox",
    says: /Firefox/,
    names: ["firefox-esr", "firefox"],
    paths: ["/Applications/Firefox.app/Contents/MacOS/firefox"],
  });

/**
 * Finds a Firefox for the end-to-end tests, or installs one on Debian.
 * @returns {Promise<string | undefined>} path of the program; undefined, having said so: the tests
 *   in it are left out
 */
export async function ensureFirefox() {
  const found = find();
  if (found) return found;
  const remedy = "install Firefox, or set FIREFOX_PATH to one";
  if (distribution() !== "debian") {
    say(`  No Firefox found, so the tests in it are left out: ${remedy}.`);
    return undefined;
  }
  say("  No Firefox found: installing Debian's package firefox-esr (about 20 seconds).");
  try {
    await aptInstall("firefox-esr");
  } catch (error) {
    if (!(error instanceof CommandFailed)) throw error;
    say(`  Firefox could not be installed (${error.message}), so the tests in it are left out.`);
    say(`  Remedy: ${remedy}.`);
    return undefined;
  }
  return find();
}
