/** The npm package, packed and used from a folder outside of the workspace. */
import { execFile, execFileSync } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { build, type Rollup } from "vite";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { ensureBuilt, hostSim } from "./built.ts";

// Packs, compiles, bundles: slow on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

const run = promisify(execFile);
const modulesOfWorkspace = join(hostSim, "../node_modules");
const binaries = createRequire(import.meta.url);

interface Manifest {
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  readonly dependencies: Readonly<Record<string, string>>;
}

/** A project that has installed the package, and vitest for its tests. */
let project = "";
let installed = "";
let manifest: Manifest;
const write = (name: string, text: string) => writeFileSync(join(project, name), text);

beforeAll(async () => {
  await ensureBuilt();
  project = realpathSync(mkdtempSync(join(tmpdir(), "wasmerang-package-")));
  installed = join(project, "node_modules/wasmerang");
  mkdirSync(installed, { recursive: true });
  const pack = ["pack", "--ignore-scripts", "--silent", "--pack-destination", project];
  const archive = execFileSync("npm", pack, { cwd: hostSim, encoding: "utf8" }).trim();
  execFileSync("tar", ["-xzf", join(project, archive), "-C", installed, "--strip-components=1"]);
  manifest = JSON.parse(readFileSync(join(installed, "package.json"), "utf8")) as Manifest;
  for (const name of [...Object.keys(manifest.dependencies), "vitest", "vite", "@types/node"]) {
    const link = join(project, "node_modules", name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(modulesOfWorkspace, name), link);
  }
  write("package.json", '{ "private": true, "type": "module" }');
  mkdirSync(join(project, "build"));
  copyFileSync(join(installed, "dist/wasmerang.wasm"), join(project, "build/filter.wasm"));
}, 180_000);
afterAll(() => {
  if (project !== "") rmSync(project, { recursive: true });
});

/** The test of a filter that the README shows. */
function readmeExample(): string {
  const readme = readFileSync(join(installed, "README.md"), "utf8");
  const example = /<!-- example: [^>]*-->\s+```ts\n([^]*?)```/.exec(readme)?.[1];
  if (example === undefined) throw new Error("the README shows no example");
  return example;
}

/** What Node prints for a script and its arguments, whether it succeeds or not. */
async function outputOf(args: readonly string[]): Promise<string> {
  const done = await run(process.execPath, args, { cwd: project }).catch(
    (failure: unknown) => failure,
  );
  return (done as { readonly stdout: string }).stdout;
}

/** Runs one test file in the project; answers vitest's report. */
async function runTests(file: string, source: string) {
  write(file, source);
  const vitest = join(modulesOfWorkspace, "vitest/vitest.mjs");
  const args = [vitest, "run", "--root", project, "--reporter=json", file];
  const stdout = await outputOf(args);
  return JSON.parse(stdout) as {
    readonly numPassedTests: number;
    readonly numFailedTests: number;
  };
}

const scenario = `{
  plugin: { configuration: "standalone" },
  tcpProxy: { cluster: "default" },
  clusters: { egress1: { endpoints: ["10.1.0.11:8080"] }, default: { endpoints: [] } },
  connections: [{ source: "10.0.0.42:51324", destination: "203.0.113.10:443" }],
}`;

describe("the package", () => {
  it("holds what it exports, and nothing of tests, parity or bench", () => {
    const exported = Object.values(manifest.exports).flatMap((it) =>
      typeof it === "string" ? [it] : Object.values(it),
    );
    expect(exported.length).toBeGreaterThan(4);
    expect(exported.filter((file) => !existsSync(join(installed, file)))).toEqual([]);
    const files = readdirSync(installed, { recursive: true, encoding: "utf8" });
    expect(files).toContain("README.md");
    expect(files.filter((it) => /(?:^|\/)(?:test|parity|bench)(?:\/|$)/.test(it))).toEqual([]);
  });

  it("runs the README's test of a filter", async () => {
    const example = readmeExample();
    const tests = example.match(/^ {2}it\(/gm)?.length ?? 0;
    expect(tests).toBeGreaterThan(3);
    expect(await runTests("readme.test.ts", example)).toMatchObject({
      numPassedTests: tests,
      numFailedTests: 0,
    });
  });

  it("fails that test with a filter that does something else", async () => {
    const other = readmeExample().replace("build/filter.wasm", "build/other.wasm");
    const marker = Buffer.from("proxy_abi_version_0_2_1");
    const section = (id: number, ...bytes: number[]) => [id, bytes.length, ...bytes];
    const empty = [
      ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
      ...section(1, 1, 0x60, 0, 0),
      ...section(3, 1, 0),
      ...section(7, 1, marker.length, ...marker, 0, 0),
      ...section(10, 1, 2, 0, 0x0b),
    ];
    writeFileSync(join(project, "build/other.wasm"), Uint8Array.from(empty));
    const { numFailedTests } = await runTests("other.test.ts", other);
    expect(numFailedTests).toBeGreaterThan(3);
  });

  it("has types, for both ways in which TypeScript resolves modules", async () => {
    write("example.ts", readmeExample());
    write(
      "consumer.ts",
      `import { play, readScenarioText, simulate, type PlayedScenario, type TraceEvent } from "wasmerang";
       const played: PlayedScenario = play(new Uint8Array(), ${scenario});
       export const cluster: string | undefined = played.connections[0]?.cluster;
       export const events: TraceEvent[] = [];
       const read = readScenarioText("{}");
       if (read.ok) simulate(new Uint8Array(), read.scenario, (event) => events.push(event));
       // @ts-expect-error a misspelt property
       played.connections[0]?.clutser;
       // @ts-expect-error connections are missing
       play(new Uint8Array(), { clusters: {} });
      `,
    );
    const tsc = binaries.resolve("typescript/bin/tsc");
    for (const resolution of ["nodenext", "bundler"]) {
      const module = resolution === "bundler" ? "esnext" : resolution;
      const how = ["--moduleResolution", resolution, "--module", module, "--target", "es2022"];
      const strict = ["--noEmit", "--strict", "--exactOptionalPropertyTypes", "--types", "node"];
      const lib = ["--lib", "es2023", "--skipLibCheck"];
      const args = [tsc, ...how, ...strict, ...lib, "example.ts", "consumer.ts"];
      expect(await outputOf(args)).toBe("");
    }
  });

  it("has a command line", async () => {
    write("even.json", JSON.stringify(new Function(`return ${scenario}`)()));
    const bin = join(installed, "bin/wasmerang.js");
    const { stdout } = await run(process.execPath, [bin, "run", "even.json"], { cwd: project });
    expect(stdout).toContain("cluster egress1");
  });

  it("is bundled for browsers without anything of Node, and does the same there", async () => {
    write(
      "page.js",
      `import { play } from "wasmerang";
       export const clusterOf = (wasm) => play(wasm, ${scenario}).connections[0].cluster;`,
    );
    const { code, imports, dynamicImports } = await bundle("page.js");
    expect([...imports, ...dynamicImports]).toEqual([]);
    expect(code.includes("__vite-browser-external")).toBe(false);
    write("bundle.js", code);
    write(
      "runBundle.js",
      `import { readFileSync } from "node:fs";
       const wasm = new Uint8Array(readFileSync("build/filter.wasm"));
       delete globalThis.process;
       delete globalThis.Buffer;
       const { clusterOf } = await import("./bundle.js");
       console.log(clusterOf(wasm));`,
    );
    const { stdout } = await run(process.execPath, ["runBundle.js"], { cwd: project });
    expect(stdout).toBe("egress1\n");
  });

  it("leaves out of a bundle what is not used", async () => {
    write("small.js", 'export { parseDuration } from "wasmerang";');
    const { code } = await bundle("small.js");
    expect(code).toContain("parseDuration");
    expect(code.length).toBeLessThan(2_000);
  });
});

async function bundle(entry: string): Promise<Rollup.OutputChunk> {
  const result = await build({
    root: project,
    configFile: false,
    logLevel: "silent",
    build: {
      write: false,
      target: "esnext",
      lib: { entry: join(project, entry), formats: ["es"], fileName: "bundle" },
    },
  });
  const [output] = Array.isArray(result) ? result : [result];
  if (!output || !("output" in output)) throw new Error("vite bundled nothing");
  const [chunk, ...others] = output.output;
  if (others.length > 0) throw new Error("more than one chunk");
  return chunk;
}
