// Reads the layout as a client does, with other programs than those that wrote it.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { ociLayout } from "./ociLayout.mjs";

const wasm = Uint8Array.from({ length: 3000 }, (_, index) => index * 7);
const files = new Map(ociLayout(wasm, "v1.2.3").map(({ path, bytes }) => [path, bytes]));
/** @param {string} path */
const readJson = (path) => JSON.parse(Buffer.from(files.get(path) ?? []).toString());
/** @param {string} digest */
const blob = (digest) => `blobs/${digest.replace(":", "/")}`;
/** @param {Uint8Array} bytes */
const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

test("every descriptor has size and digest of its blob, and every blob has one", () => {
  const [entry] = readJson("index.json").manifests;
  const manifest = readJson(blob(entry.digest));
  const descriptors = [entry, manifest.config, ...manifest.layers];
  for (const { digest, size } of descriptors) {
    const bytes = files.get(blob(digest)) ?? new Uint8Array();
    expect([`sha256:${sha256(bytes)}`, bytes.length]).toEqual([digest, size]);
  }
  const paths = descriptors.map(({ digest }) => blob(digest));
  expect([...files.keys()].sort()).toEqual(["index.json", "oci-layout", ...paths].sort());
  expect(readJson("oci-layout")).toEqual({ imageLayoutVersion: "1.0.0" });
  expect(entry.annotations["org.opencontainers.image.ref.name"]).toBe("v1.2.3");
});

test("the last layer is a gzipped tar with plugin.wasm, for linux/amd64", () => {
  const [entry] = readJson("index.json").manifests;
  const { config, layers } = readJson(blob(entry.digest));
  expect(readJson(blob(config.digest))).toMatchObject({ architecture: "amd64", os: "linux" });
  expect(layers.at(-1).mediaType).toBe("application/vnd.oci.image.layer.v1.tar+gzip");
  const layer = Buffer.from(files.get(blob(layers.at(-1).digest)) ?? []);
  expect(readJson(blob(config.digest)).rootfs.diff_ids).toEqual([
    `sha256:${sha256(gunzipSync(layer))}`,
  ]);
  const listed = execFileSync("tar", ["-tvzf", "-"], { input: layer, encoding: "utf8" });
  expect(listed).toMatch(/^-rw-r--r-- 0\/0\s+3000 1970-01-01 \S+ plugin\.wasm\n$/);
  const content = execFileSync("tar", ["-xOzf", "-", "plugin.wasm"], { input: layer });
  expect(content.equals(wasm)).toBe(true);
});
