/** What every single fault is played against: the filter in its modes and examples, and the gallery. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { galleryCases } from "../parity/cases/gallery.ts";
import { checked, packageRoot } from "../parity/cases/case.ts";
import { releaseFilter } from "../parity/cases/filter.ts";
import { readScenarioText, type Scenario } from "../src/index.ts";

export interface Subject {
  readonly module: string;
  /** The scenario in words; Markdown. */
  readonly what: string;
  readonly wasm: Uint8Array;
  readonly scenario: Scenario;
  /** Whether tcp_proxy's own cluster is a right answer to a fault. */
  readonly mayDefault: boolean;
  /** It traps by itself, as it is meant to: nothing is right or wrong about its connections then. */
  readonly isMeantToTrap: boolean;
  /** Its injected traps are in the table of those. */
  readonly showsTraps: boolean;
}

const robust = { mayDefault: true, isMeantToTrap: false, showsTraps: false };

/** In the order of the table. Throws if the filter or the gallery is not built. */
export function faultSubjects(): readonly Subject[] {
  return [...filterModes(), ...examples(), ...gallery()];
}

/** The filter in each mode, with an IPv4 and an IPv6 connection. */
function filterModes(): readonly Subject[] {
  const names = ["egress1", "egress2"].flatMap((name) => [
    name,
    `outbound|443||${name}.default.svc.cluster.local`,
  ]);
  const clusters = Object.fromEntries(
    ["default", ...names].map((name) => [name, { endpoints: ["10.1.0.1:80"] }]),
  );
  const connections = ["10.0.0.42:51324", "[2001:db8::2b]:51325"].map((source) => ({
    source,
    destination: source.startsWith("[") ? "[2001:db8:f::1]:443" : "203.0.113.10:443",
    steps: [{ close: "client" as const }],
  }));
  const modes = { standalone: "standalone", istio: "istio", close: '{"onUndecided": "close"}' };
  return Object.entries(modes).map(([mode, configuration]) => ({
    ...robust,
    module: "wasmerang",
    what: mode === "close" ? "`onUndecided: close`" : `mode \`${mode}\``,
    wasm: releaseFilter(),
    scenario: checked({ plugin: { configuration }, clusters, connections }),
    mayDefault: mode !== "close",
    showsTraps: true,
  }));
}

/** The filter in each scenario of examples/scenarios. */
function examples(): readonly Subject[] {
  const folder = join(packageRoot, "../examples/scenarios");
  return readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .sort()
    .map((name) => {
      const read = readScenarioText(readFileSync(join(folder, name), "utf8"));
      if (!read.ok) throw new Error(`${name}: ${JSON.stringify(read.problems)}`);
      const what = `\`${name}\``;
      return {
        ...robust,
        module: "wasmerang",
        what,
        wasm: releaseFilter(),
        scenario: read.scenario,
      };
    });
}

/** The other filters of the gallery, with the connections that show what each is for. */
function gallery(): readonly Subject[] {
  return galleryCases()
    .filter(({ name }) => !name.endsWith(" debug"))
    .map(({ name, wasm, scenario, fails }) => {
      const module = name.replace("gallery: ", "");
      return {
        ...robust,
        module,
        what: "",
        wasm,
        scenario,
        // A door that lets in whom it cannot see is none.
        mayDefault: module !== "closing",
        isMeantToTrap: fails === true,
      };
    });
}
