// npm run release: writes dist/release/. The same sources give the same bytes, on any machine;
// `-- --check` builds twice and compares.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { parseArgs } from "node:util";
import { zipSync } from "fflate";
import { ociLayout } from "./release/ociLayout.mjs";
import { sbom } from "./release/sbom.mjs";
import { tar } from "./release/tar.mjs";
import { heading, npmRun, root } from "./run.mjs";

const { values } = parseArgs({ options: { check: { type: "boolean", default: false } } });

/** @typedef {{ path: string, bytes: Uint8Array }} File */

/** @param {string} path @returns {Buffer} */
const read = (path) => readFileSync(join(root, path));
/** @param {Uint8Array} bytes */
const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");
/** Zip has no time zone: this is local time, and so the same bytes everywhere. */
const noTime = new Date(1980, 0, 1);

/** The example of a target as `wasmerang bundle` writes it, in a folder of its own.
 * @param {string} name of the archive @param {readonly File[]} files */
function zip(name, files) {
  const entries = files.map(({ path, bytes }) => [posix.join(name, path), bytes]);
  return zipSync(Object.fromEntries(entries), { level: 9, mtime: noTime });
}

/** Builds everything anew. @returns {Promise<readonly File[]>} */
async function build() {
  await npmRun("build:wasm");
  await npmRun("build:host");
  // Not at the top: only now it is built.
  const { bundleFiles, bundleTargets } = await import("wasmerang");
  const { version } = JSON.parse(read("host-sim/package.json").toString());
  const wasm = new Uint8Array(read("filter/build/wasmerang.wasm"));
  const bundles = bundleTargets.map((target) => {
    const files = bundleFiles(target, (path) => read(`${target.folder}/${path}`).toString(), {
      configuration: undefined,
      wasm,
      sha256: sha256(wasm),
    }).map((file) => ({
      path: file.path,
      bytes: "text" in file ? Buffer.from(file.text) : file.bytes,
    }));
    const name = `wasmerang-${target.name}`;
    return { path: `${name}.zip`, bytes: zip(name, files) };
  });
  const layout = ociLayout(wasm, `v${version}`);
  const files = [
    { path: "wasmerang.wasm", bytes: wasm },
    ...["wasmerang.debug.wasm", "wasmerang.debug.wasm.map"].map((name) => ({
      path: name,
      bytes: read(`filter/build/${name}`),
    })),
    // As one file for those who download it (`skopeo copy oci-archive:…`), and as the layout itself.
    { path: "wasmerang.oci.tar", bytes: tar(layout) },
    ...layout.map(({ path, bytes }) => ({ path: `oci/${path}`, bytes })),
    ...bundles,
    { path: "wasmerang.cdx.json", bytes: sbom("wasmerang") },
  ];
  const sums = files.map(({ path, bytes }) => `${sha256(bytes)}  ${path}\n`).sort();
  return [...files, { path: "SHA256SUMS", bytes: Buffer.from(sums.join("")) }];
}

const files = await build();
const folder = join(root, "dist/release");
rmSync(folder, { recursive: true, force: true });
for (const { path, bytes } of files) {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), bytes);
}
heading("dist/release");
for (const { path, bytes } of files) {
  console.log(`  ${sha256(bytes).slice(0, 12)}  ${String(bytes.length).padStart(8)}  ${path}`);
}
if (values.check) {
  heading("Once more, to compare");
  const again = await build();
  const differ = files.filter(
    ({ path, bytes }) =>
      sha256(bytes) !== sha256(again.find((it) => it.path === path)?.bytes ?? new Uint8Array()),
  );
  for (const { path } of differ) console.error(`  ${path} differs`);
  const isSame = differ.length === 0 && again.length === files.length;
  console.log(
    `  ${files.length} files, ${isSame ? "the same bytes in both builds" : "not the same"}`,
  );
  process.exitCode = isSame ? 0 : 1;
}
