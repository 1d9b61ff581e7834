/** `wasmerang bundle`, and the folders that its targets stand for. */
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { parseAllDocuments } from "yaml";
import { bundleTargets } from "../src/bundle/targets.ts";
import { ensureBuilt, hostSim } from "./built.ts";

vi.setConfig({ testTimeout: 30_000 });

const root = join(hostSim, "..");
const shipped = () => readFileSync(join(hostSim, "dist/wasmerang.wasm"));
let directory = "";
beforeAll(async () => {
  await ensureBuilt();
  directory = mkdtempSync(join(tmpdir(), "wasmerang-bundle-"));
}, 120_000);
afterAll(() => {
  if (directory !== "") rmSync(directory, { recursive: true });
});

function bundle(...args: readonly string[]) {
  const program = [join(hostSim, "bin/wasmerang.js"), "bundle", ...args];
  const { status, stdout, stderr } = spawnSync(process.execPath, program, { encoding: "utf8" });
  return { exit: status, out: stdout, err: stderr };
}
let made = 0;
const fresh = () => join(directory, `out${made++}`);

describe.each(bundleTargets)("target $name", (target) => {
  it("has every file of its folder that git knows", () => {
    const tracked = execFileSync("git", ["ls-files", "--", "."], {
      cwd: join(root, target.folder),
      encoding: "utf8",
    });
    const names = tracked.trim().split("\n");
    const left = names.filter((it) => !target.files.includes(it));
    expect(left.filter((it) => !target.notInBundle?.some((not) => it.startsWith(not)))).toEqual([]);
    expect(target.files.filter((it) => !names.includes(it))).toEqual([]);
  });

  it("is written with configuration, module and hash; all YAML is YAML", () => {
    const out = fresh();
    const config = '{"routes": [{"source": "10.0.0.1/32", "cluster": "egress1"}]}';
    expect(bundle("--target", target.name, "--out", out, "--config", config).exit).toBe(0);
    const wasm = readFileSync(join(out, target.wasm));
    expect(wasm.equals(shipped())).toBe(true);
    const sha256 = createHash("sha256").update(wasm).digest("hex");
    expect(readFileSync(join(out, `${target.wasm}.sha256`), "utf8")).toContain(sha256);
    const texts = target.files.map(
      (file) => [file, readFileSync(join(out, file), "utf8")] as const,
    );
    for (const [file, text] of texts) {
      if (!/\.ya?ml$/.test(file)) continue;
      const problems = parseAllDocuments(text, { merge: true }).flatMap((it) => it.errors);
      expect(problems, file).toEqual([]);
      expect(text).not.toContain("# bundle:");
    }
    expect(texts.some(([, text]) => text.includes(`'${config}'`))).toBe(true);
  });
});

describe("a scenario given to wasmerang bundle", () => {
  const scenarioFile = (scenario: object) => {
    const file = join(mkdtempSync(join(directory, "scenario-")), "scenario.json");
    writeFileSync(file, JSON.stringify({ clusters: {}, connections: [], ...scenario }));
    return file;
  };

  it("gives configuration, failure policy, reload interval and log level", () => {
    const out = fresh();
    const configuration = { struct: { clusters: ["egress2", "egress1"] } };
    const plugin = { configuration, failurePolicy: "FAIL_RELOAD", reloadBackoff: "200ms" };
    const file = scenarioFile({ plugin: { ...plugin, logLevel: "debug" } });
    const { exit, err } = bundle("--target", "envoy", "--out", out, "--scenario", file);
    expect(err).toContain("sha256");
    expect(exit).toBe(0);
    const yaml = readFileSync(join(out, "envoy.yaml"), "utf8");
    expect(yaml).toContain("failure_policy: FAIL_RELOAD");
    expect(yaml).toContain("0.2s");
    expect(yaml).toContain("google.protobuf.Struct");
    expect(readFileSync(join(out, "README.md"), "utf8")).toContain("wasm:debug");
  });

  it("that says what the files say anyway changes no byte", () => {
    const [given, plain] = [fresh(), fresh()];
    const plugin = { failurePolicy: "FAIL_CLOSED", reloadBackoff: "1s", logLevel: "info" };
    const file = scenarioFile({ plugin });
    expect(bundle("--target", "istio", "--out", given, "--scenario", file).exit).toBe(0);
    expect(bundle("--target", "istio", "--out", plain).exit).toBe(0);
    for (const path of readdirSync(plain, { recursive: true, withFileTypes: true })) {
      if (!path.isFile()) continue;
      const name = relative(plain, join(path.parentPath, path.name));
      expect(readFileSync(join(given, name)).equals(readFileSync(join(plain, name))), name).toBe(
        true,
      );
    }
  });

  it("of several plugins gives the first, and says so, as the page's export does", () => {
    const out = fresh();
    const plugins = [{ name: "a", failurePolicy: "FAIL_OPEN" }, { name: "b" }];
    const args = ["--target", "envoy", "--out", out, "--scenario", scenarioFile({ plugins })];
    const { exit, err } = bundle(...args);
    expect(exit).toBe(0);
    expect(err).toContain("has 2 plugins; the files run the first one");
    expect(readFileSync(join(out, "envoy.yaml"), "utf8")).toContain("FAIL_OPEN");
  });

  it("beside --config is refused", () => {
    const file = scenarioFile({ plugin: {} });
    const args = ["--target", "envoy", "--out", fresh(), "--scenario", file, "--config", "x"];
    const { exit, err } = bundle(...args);
    expect(exit).toBe(2);
    expect(err).toContain("leave one out");
  });
});

describe("wasmerang bundle", () => {
  it("refuses a configuration that the filter refuses, says why and writes nothing", () => {
    const out = fresh();
    const { exit, err } = bundle("--target", "envoy", "--out", out, "--config", '{"clusters": []}');
    expect(exit).toBe(3);
    expect(err).toContain("configuration refused: clusters: must be a list of at least one name");
    expect(() => readdirSync(out)).toThrow();
  });

  it("refuses a module that Envoy refuses", () => {
    const module = join(directory, "no.wasm");
    writeFileSync(module, "this is no module");
    const { exit, err } = bundle("--target", "envoy", "--out", fresh(), "--wasm", module);
    expect(exit).toBe(3);
    expect(err).toContain("nothing written, Envoy would refuse this");
  });

  it("warns of a cluster that the files lack", () => {
    const config = '{"clusters": ["egress1", "egress3"]}';
    const { exit, err } = bundle("--target", "docker", "--out", fresh(), "--config", config);
    expect(exit).toBe(0);
    expect(err).toContain("the filter names the cluster egress3, which the files lack");
  });

  it("touches nothing that is there", () => {
    writeFileSync(join(directory, "mine"), "mine");
    const { exit, err } = bundle("--target", "envoy", "--out", directory);
    expect(exit).toBe(2);
    expect(err).toContain("is not empty; name a folder that does not exist yet");
    expect(bundle("--target", "envoy", "--out", join(directory, "mine")).exit).toBe(2);
    expect(readFileSync(join(directory, "mine"), "utf8")).toBe("mine");
  });

  it.each([
    [["--out", "x"], "--target is missing: one of envoy, docker"],
    [["--target", "k8s", "--out", "x"], "--target must be one of envoy, docker"],
    [["--target", "envoy"], "--out DIR is missing"],
    [["--target", "envoy", "--out", "x", "y"], "what is y?"],
    [["--target", "envoy", "--out", "x", "--wasm", "nowhere.wasm"], "there is no such file"],
  ])("refuses %j", (args, message) => {
    const { exit, err } = bundle(...args);
    expect(exit).toBe(2);
    expect(err).toContain(message);
  });
});
