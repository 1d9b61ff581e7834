// npm run wasm-size: how large the builds of the filter are, against the budget.
import { existsSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { root } from "./run.mjs";

/** Bytes that the release build may have. */
const budget = 16_384;
/** Bytes of the original Wasmerang filter, written in Rust. */
const rustFilter = 146_000;

const builds = [
  { name: "release", file: "filter/build/wasmerang.wasm", limit: budget },
  { name: "debug", file: "filter/build/wasmerang.debug.wasm", limit: undefined },
];

/** @param {number} count */
const bytes = (count) => count.toLocaleString("en-US").padStart(9);

console.log("build        bytes      gzip  of budget  of the Rust filter");
for (const { name, file, limit } of builds) {
  if (!existsSync(root + file)) {
    console.error(`${file} is missing. Build it first: npm run build:wasm`);
    process.exit(1);
  }
  const content = readFileSync(root + file);
  const size = content.length;
  const ofBudget = limit === undefined ? "-" : `${Math.round((size / limit) * 100)} %`;
  const ofRust = `${Math.round((size / rustFilter) * 100)} %`;
  const gzip = bytes(gzipSync(content, { level: 9 }).length);
  console.log(
    `${name.padEnd(8)} ${bytes(size)} ${gzip}  ${ofBudget.padStart(9)}  ${ofRust.padStart(18)}`,
  );
  if (limit !== undefined && size > limit) {
    console.error(
      `\nThe ${name} build is ${bytes(size - limit).trim()} bytes over its budget of ${limit}.`,
    );
    process.exitCode = 1;
  }
}
console.log(
  `\nBudget: ${bytes(budget).trim()} bytes for the release build. The original Rust filter: 146 kB.`,
);
