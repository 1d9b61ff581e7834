/** Asks the filter whether it takes the configuration, and which clusters it names. */
import "../withoutNetwork.ts";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import {
  bundleTargets,
  checkFilter,
  guestLimits,
  LimitReached,
  loadLibraries,
  readScenario,
} from "wasmerang";
import type { CheckMessage, CheckRequest } from "./protocol.ts";

const post = (message: CheckMessage) => postMessage(message);

onmessage = async ({ data }: MessageEvent<CheckRequest>) => {
  try {
    await check(data);
  } catch (error) {
    if (error instanceof LimitReached) {
      post({ kind: "stopped", message: error.message });
      return;
    }
    const message = error instanceof Error ? (error.stack ?? String(error)) : String(error);
    post({ kind: "failed", message });
  }
};

async function check({ wasm, target: name, configuration }: CheckRequest): Promise<void> {
  const target = bundleTargets.find((it) => it.name === name);
  if (!target) throw new Error(`no target ${name}`);
  const read = readScenario({ plugin: { configuration }, clusters: {}, connections: [] });
  if (!read.ok) {
    const [problem] = read.problems;
    post({ kind: "invalid", message: `${problem?.path} ${problem?.message}` });
    return;
  }
  // The browser's own digest does not exist on pages that came over plain http.
  const digest = bytesToHex(sha256(wasm));
  const libraries = await loadLibraries(wasm);
  post({ kind: "loaded" });
  post({
    kind: "checked",
    check: checkFilter(wasm, target, configuration, libraries, guestLimits),
    sha256: digest,
  });
}
