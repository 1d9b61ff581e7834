/** The filters of the gallery (filter/gallery), each with connections that show what it is for. */
import type { ScenarioDocument } from "../../src/scenario.ts";
import { checked, from, type ParityCase, talk } from "./case.ts";
import { readBuild } from "./filter.ts";

const TLS = { base64: "FgMBAgABAAH8AwM=" };
const even = from("10.0.0.42:51324", ...talk);
const odd = from("10.0.0.43:51325", ...talk);

/** By the filter's id in gallery.json. */
export const galleryConnections: Readonly<Record<string, ScenarioDocument["connections"]>> = {
  minimal: [even, odd],
  logging: [even, from("10.0.0.43:51325", { upstream: "220 ready" }, { close: "server" })],
  closing: [even, odd],
  firstBytes: [
    from("10.0.0.42:51324", { downstream: TLS }, { upstream: "hi" }, { close: "client" }),
    odd,
    from("10.0.0.44:51326", { close: "client" }),
  ],
  trapping: [even, odd, { ...even, at: "1s" }],
  tooLate: [even, from("10.0.0.43:51325", { close: "client" })],
};

/** Throws if the gallery is not built. */
export function galleryCases(): readonly ParityCase[] {
  return Object.entries(galleryConnections).flatMap(([id, connections]) =>
    [`${id}.wasm`, `${id}.debug.wasm`].map((file) => ({
      name: `gallery: ${file.replace(".wasm", "").replace(".", " ")}`,
      wasm: readBuild(file),
      fails: id === "trapping",
      scenario: checked({
        clusters: {
          egress1: { endpoints: ["10.1.0.11:8080"] },
          egress2: { endpoints: ["10.1.0.12:8080"] },
          default: { endpoints: ["10.1.0.10:8080"] },
        },
        // Else Envoy reads nothing while a filter holds the connection.
        tcpProxy: {
          cluster: "default",
          ...(id === "firstBytes" ? { maxEarlyDataBytes: 1024 } : {}),
        },
        connections,
      }),
    })),
  );
}
