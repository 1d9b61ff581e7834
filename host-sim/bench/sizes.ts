/** (f) Sizes: the filter, and what the page loads. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { repository, type Figure, type Part } from "./part.ts";

/** Chunks smaller than this are summed up. */
const SMALL = 10_000;

const gzipped = (file: URL): number => gzipSync(readFileSync(file), { level: 9 }).length;

function filterSizes(): Figure[] {
  const budgets = { "wasmerang.wasm": 16_384, "wasmerang.debug.wasm": undefined };
  return Object.entries(budgets).flatMap(([name, target]): Figure[] => {
    const file = new URL(`filter/build/${name}`, repository);
    if (!existsSync(file)) return [];
    return [
      {
        what: name,
        value: readFileSync(file).length,
        unit: "B",
        ...(target === undefined ? {} : { target }),
        note: `gzip ${gzipped(file).toLocaleString("en-US")} B`,
      },
    ];
  });
}

/** What of it the first load needs is held to its budget by web/e2e/budget.spec.ts. */
function pageSizes(): Figure[] {
  const assets = new URL("web/dist/assets/", repository);
  if (!existsSync(assets)) return [];
  const chunks = readdirSync(assets)
    .filter((name) => !name.endsWith(".map"))
    .map((name) => ({ name, size: gzipped(new URL(name, assets)) }))
    .sort((a, b) => b.size - a.size);
  const large = chunks.filter(({ size }) => size >= SMALL);
  const small = chunks.filter(({ size }) => size < SMALL);
  return [
    ...large.map(({ name, size }) => ({ what: name, value: size, unit: "B gzip" })),
    {
      what: `${small.length} smaller chunks`,
      value: small.reduce((sum, { size }) => sum + size, 0),
      unit: "B gzip",
    },
  ];
}

export const sizes: Part = {
  name: "sizes",
  title: "Sizes of the filter and of the built page's chunks",
  run: () => [...filterSizes(), ...pageSizes()],
};
