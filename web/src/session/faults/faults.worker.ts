/** Plays every fault of a scenario, one after the other. */
import "../withoutNetwork.ts";
import {
  FaultLab,
  loadLibraries,
  NoFaultsPossible,
  readScenario,
  type FaultResult,
} from "wasmerang";
import type { FaultsMessage, FaultsRequest } from "./protocol.ts";

/** Results are posted when they are this old (milliseconds). */
const BATCH_AGE_MS = 60;

const post = (message: FaultsMessage) => postMessage(message);

onmessage = ({ data }: MessageEvent<FaultsRequest>) => {
  play(data).catch((error: unknown) => {
    if (error instanceof NoFaultsPossible) post({ kind: "impossible", message: error.message });
    else {
      const message = error instanceof Error ? (error.stack ?? String(error)) : String(error);
      post({ kind: "failed", message });
    }
  });
};

async function play({ wasm, document, connection, from }: FaultsRequest): Promise<void> {
  const read = readScenario(document);
  if (!read.ok) {
    const [problem] = read.problems;
    throw new NoFaultsPossible(`The scenario has an error: ${problem?.path} ${problem?.message}`);
  }
  const libraries = await loadLibraries(wasm);
  post({ kind: "loaded" });
  const lab = new FaultLab(wasm, read.scenario, libraries);
  const ids = read.scenario.connections.map(({ id }) => id ?? "");
  const id = ids[connection];
  const cases = lab.cases.filter((it) => it.connection === undefined || it.connection === id);
  post({ kind: "cases", cases, ids });
  let batch: FaultResult[] = [];
  let since = performance.now();
  for (const faultCase of cases.slice(from)) {
    batch.push(lab.play(faultCase));
    if (performance.now() - since < BATCH_AGE_MS) continue;
    post({ kind: "results", results: batch });
    batch = [];
    since = performance.now();
  }
  post({ kind: "results", results: batch });
  post({ kind: "end" });
}
