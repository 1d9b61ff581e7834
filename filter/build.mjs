// Compiles every filter of the gallery, the filter itself first, with the flags of asconfig.json.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { main as asc } from "assemblyscript/asc";

process.chdir(fileURLToPath(new URL(".", import.meta.url)));

/** @type {readonly { readonly id: string, readonly entry: string }[]} */
const gallery = JSON.parse(readFileSync("gallery/gallery.json", "utf8"));

for (const { id, entry } of gallery) {
  for (const target of ["release", "debug"]) {
    const name = target === "release" ? `${id}.wasm` : `${id}.debug.wasm`;
    const args = [entry, "--target", target, "--outFile", `build/${name}`];
    if (target === "debug") args.push("--sourceMap", `./${name}.map`);
    const { error, stderr } = await asc(args);
    if (stderr.toString() !== "") console.error(stderr.toString());
    if (error) process.exit(1);
  }
}
