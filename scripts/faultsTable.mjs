// npm run faults: plays every single fault against the filter and writes the table of
// filter/README.md. With --check it compares instead. Fails if a status or a value did what it
// must not.
import { readFileSync, writeFileSync } from "node:fs";
import { format, resolveConfig } from "prettier";
import { FaultLab, faultProblem, outcomeNames, readScenario } from "wasmerang";
import { root } from "./run.mjs";

const readme = `${root}filter/README.md`;
const filter = new Uint8Array(readFileSync(`${root}filter/build/wasmerang.wasm`));
const [begin, end] = ["<!-- faults: made by npm run faults -->", "<!-- /faults -->"];

/** One configuration each, with an IPv4 and an IPv6 connection; `mayDefault` as in faultProblem. */
const settings = [
  { name: "standalone", configuration: "standalone", mayDefault: true },
  { name: "istio", configuration: "istio", mayDefault: true },
  { name: "onUndecided: close", configuration: '{"onUndecided": "close"}', mayDefault: false },
];

/** @param {string} configuration */
function scenarioWith(configuration) {
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
    steps: [{ close: /** @type {const} */ ("client") }],
  }));
  const result = readScenario({ plugin: { configuration }, clusters, connections });
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.scenario;
}

/** @typedef {import("wasmerang").FaultResult} FaultResult */

/** What a fault did to the connection of its call, or to the later ones if it has none.
 * @param {FaultResult} result */
function effects({ case: { connection }, connections, later, trapped, envoyLost }) {
  if (envoyLost !== undefined) return [envoyLost];
  const own = connections.filter(({ id }) => connection === undefined || id === connection);
  const outcomes = [...own.map(({ outcome }) => outcome), ...Object.values(later).flat()];
  const others = outcomes.filter((outcome) => outcome !== "same");
  return [
    ...(others.length === 0 ? ["same"] : others.map((it) => outcomeNames[it] ?? it)),
    ...(trapped ? ["TRAPPED"] : []),
  ];
}

/** @param {ReadonlyMap<string, readonly FaultResult[]>} byCall */
function table(byCall) {
  const rows = [...byCall].map(([call, results]) => {
    const cell = (/** @type {string} */ kind) => {
      const of = results.filter((result) => result.case.kind === kind);
      const found = [...new Set(of.flatMap(effects))];
      return of.length === 0 ? "" : `${found.join(", ")} (${of.length})`;
    };
    return `| ${call} | ${cell("status")} | ${cell("value")} |`;
  });
  return ["| host call | other statuses | other values |", "| --- | --- | --- |", ...rows];
}

/** What later connections meet after an injected trap, one row for each kind of callback.
 * @param {readonly FaultResult[]} results */
function trapTable(results) {
  const policies = /** @type {const} */ (["FAIL_CLOSED", "FAIL_OPEN", "FAIL_RELOAD"]);
  /** @type {Map<string, Set<string>[]>} */
  const rows = new Map();
  for (const { case: faultCase, later } of results) {
    if (faultCase.kind !== "trap") continue;
    const where =
      faultCase.connection === undefined
        ? "while the worker's VM starts or is configured"
        : "in a callback of a connection";
    const row = rows.get(where) ?? policies.map(() => new Set());
    rows.set(where, row);
    policies.forEach((policy, index) =>
      later[policy]?.forEach((outcome) => row[index]?.add(outcomeNames[outcome] ?? outcome)),
    );
  }
  const cells = (/** @type {Set<string>[]} */ row) => row.map((it) => [...it].join(", then "));
  return [
    `| trap | ${policies.join(" | ")} |`,
    "| --- | --- | --- | --- |",
    ...[...rows].map(([where, row]) => `| ${where} | ${cells(row).join(" | ")} |`),
  ];
}

const lines = [begin, ""];
let problems = 0;
let played = 0;
/** @type {FaultResult[]} */
const all = [];
for (const { name, configuration, mayDefault } of settings) {
  const lab = new FaultLab(filter, scenarioWith(configuration));
  /** @type {Map<string, FaultResult[]>} */
  const byCall = new Map();
  for (const faultCase of lab.cases) {
    const result = lab.play(faultCase);
    played += 1;
    all.push(result);
    // Under `close`, a worker that never gets its configuration lets connections through all the
    // same: Envoy skips the filter. That is Envoy's doing, not the filter's.
    const isFilters = mayDefault || faultCase.connection !== undefined;
    const problem = isFilters ? faultProblem(result, mayDefault) : undefined;
    if (problem) {
      problems += 1;
      console.error(`${name}: ${JSON.stringify(faultCase.fault)}: ${problem}`);
    }
    if (faultCase.kind !== "status" && faultCase.kind !== "value") continue;
    const { call } = faultCase.fault;
    const about = call.startsWith("proxy_call") || call.startsWith("proxy_get_property");
    const key = `\`${call}\`${about ? ` ${faultCase.subject ?? ""}` : ""}`;
    byCall.set(key, [...(byCall.get(key) ?? []), result]);
  }
  lines.push(`With \`${name}\`:`, "", ...table(byCall), "");
}
lines.push("What connections after an injected trap meet:", "", ...trapTable(all), "", end);

const before = readFileSync(readme, "utf8");
const [from, to] = [before.indexOf(begin), before.indexOf(end)];
if (from < 0 || to < from) throw new Error(`${readme} has no place for the table: ${begin}`);
const options = { ...(await resolveConfig(readme)), parser: "markdown" };
const after = await format(
  before.slice(0, from) + lines.join("\n") + before.slice(to + end.length),
  options,
);
console.log(`${played} faults played, ${problems} did what they must not`);
if (problems > 0) process.exitCode = 1;
if (process.argv.includes("--check")) {
  if (after !== before) {
    console.error(
      "filter/README.md: the table of faults is not of this filter. Run: npm run faults",
    );
    process.exitCode = 1;
  }
} else writeFileSync(readme, after);
