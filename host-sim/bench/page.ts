/** (e) The built page in Chromium; web/e2e/page.bench.ts measures, with the page object of the tests. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { closedPort } from "../soak/load.ts";
import { findChromium } from "./chromium.ts";
import { repository, type BenchOptions, type Figure, type Part } from "./part.ts";
import { median } from "./rounds.ts";
import { sweepPart } from "./sweep.ts";

/** A page is slower to measure than a connection. */
const MOST_ROUNDS = 7;

/** What Playwright's reporter `json` writes, as far as it is read here. */
interface Suite {
  readonly suites?: readonly Suite[];
  readonly specs?: readonly {
    readonly tests: readonly {
      readonly annotations: readonly { readonly type: string; readonly description?: string }[];
      readonly results: readonly { readonly errors: readonly { readonly message?: string }[] }[];
    }[];
  }[];
}
type Report = Suite & { readonly errors: readonly { readonly message?: string }[] };

async function measure({ rounds, wasm }: BenchOptions): Promise<readonly Figure[]> {
  const chromium = await findChromium();
  const { buildIfStale } = (await import(new URL("scripts/buildIfStale.mjs", repository).href)) as {
    readonly buildIfStale: (last: "page") => Promise<void>;
  };
  await buildIfStale("page");
  const playwright = createRequire(import.meta.url).resolve("@playwright/test/cli");
  const args = ["test", "--config", "playwright.bench.config.ts"];
  const child = spawn(process.execPath, [playwright, ...args], {
    cwd: fileURLToPath(repository),
    stdio: ["ignore", "pipe", "inherit"],
    env: {
      ...process.env,
      CHROMIUM_PATH: chromium,
      E2E_PORT: String(await closedPort()),
      BENCH_ROUNDS: String(Math.min(rounds, MOST_ROUNDS)),
    },
  });
  const [output] = await Promise.all([text(child.stdout), once(child, "exit")]);
  const report = JSON.parse(output) as Report;
  const tests = testsOf(report);
  const errors = [
    ...report.errors,
    ...tests.flatMap((it) => it.results).flatMap((it) => it.errors),
  ];
  if (errors.length > 0) throw new Error(errors.map(({ message }) => message).join("\n"));
  const figures = tests
    .flatMap(({ annotations }) => annotations)
    .filter(({ type }) => type === "figure")
    .map(({ description = "" }) => JSON.parse(description) as Figure);
  return figures.map((figure) => (figure.what === SWEEP ? besideNode(figure, wasm) : figure));
}

/** As web/e2e/page.bench.ts names it. */
const SWEEP = "sweep of a /16";

/** The page's sweep as a part of the time that one core takes in Node, in the same run. */
function besideNode(figure: Figure, wasm: Uint8Array): Figure {
  const times = Array.from({ length: 5 }, () => {
    const startedAt = performance.now();
    sweepPart({ wasm, cidr: "10.0.0.0/16", from: 0n, to: 65_536n });
    return performance.now() - startedAt;
  });
  const node = median(times);
  const ratio = (figure.value / node).toFixed(2);
  return { ...figure, note: `${figure.note}; ${ratio} × one core in Node (${node.toFixed(0)} ms)` };
}

type Test = NonNullable<Suite["specs"]>[number]["tests"][number];

function testsOf({ suites = [], specs = [] }: Suite): readonly Test[] {
  return [...suites.flatMap(testsOf), ...specs.flatMap(({ tests }) => tests)];
}

export const page: Part = {
  name: "page",
  title: "The built page in Chromium, medians of wall time",
  run: measure,
};
