import { spawn } from "node:child_process";

/** The program that opens an address on this system; undefined where there is no display. */
function opener() {
  const { CI, SSH_CONNECTION, DISPLAY, WAYLAND_DISPLAY } = process.env;
  if (CI) return undefined;
  if (process.platform === "win32") return { command: "cmd", args: ["/c", "start", ""] };
  if (process.platform === "darwin") {
    return SSH_CONNECTION ? undefined : { command: "open", args: [] };
  }
  return DISPLAY || WAYLAND_DISPLAY ? { command: "xdg-open", args: [] } : undefined;
}

/**
 * Opens an address in the user's browser if there is a display. Never fails: the address is
 * printed anyway.
 * @param {string} url
 */
export function openBrowser(url) {
  const found = opener();
  if (!found) return;
  const child = spawn(found.command, [...found.args, url], { stdio: "ignore", detached: true });
  child.on("error", () =>
    console.log(`  (${found.command} is not there: open the address yourself)`),
  );
  child.unref();
}
