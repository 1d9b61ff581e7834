import { createHash } from "node:crypto";
import { gzipSync } from "fflate";
import { tar } from "./tar.mjs";

/** @param {Uint8Array} bytes */
const digestOf = (bytes) => createHash("sha256").update(bytes).digest("hex");
/** @param {unknown} value */
const json = (value) => Buffer.from(JSON.stringify(value));

/**
 * The module as an OCI image layout (image-spec 1.1): one layer with the file `plugin.wasm`, as Istio's
 * agent reads it (pkg/wasm/imagefetcher.go): gzip, in the last layer, for linux/amd64.
 * @param {Uint8Array} wasm
 * @param {string} tag
 * @returns {readonly { path: string, bytes: Uint8Array }[]} the same for the same input
 */
export function ociLayout(wasm, tag) {
  const uncompressed = tar([{ path: "plugin.wasm", bytes: wasm }]);
  // Not zlib's: its bytes differ from one version to the next.
  const layer = gzipSync(uncompressed, { level: 9, mtime: 0 });
  const image = json({
    created: "1970-01-01T00:00:00Z",
    architecture: "amd64",
    os: "linux",
    config: {},
    rootfs: { type: "layers", diff_ids: [`sha256:${digestOf(uncompressed)}`] },
  });
  const type = (/** @type {string} */ name) => `application/vnd.oci.image.${name}`;
  const describe = (/** @type {string} */ name, /** @type {Uint8Array} */ bytes) => ({
    mediaType: type(name),
    digest: `sha256:${digestOf(bytes)}`,
    size: bytes.length,
  });
  const manifest = json({
    schemaVersion: 2,
    mediaType: type("manifest.v1+json"),
    config: describe("config.v1+json", image),
    layers: [describe("layer.v1.tar+gzip", layer)],
    annotations: { "org.opencontainers.image.licenses": "Apache-2.0" },
  });
  const index = json({
    schemaVersion: 2,
    mediaType: type("index.v1+json"),
    manifests: [
      {
        ...describe("manifest.v1+json", manifest),
        platform: { architecture: "amd64", os: "linux" },
        annotations: { "org.opencontainers.image.ref.name": tag },
      },
    ],
  });
  return [
    { path: "oci-layout", bytes: json({ imageLayoutVersion: "1.0.0" }) },
    { path: "index.json", bytes: index },
    ...[manifest, image, layer].map((bytes) => ({
      path: `blobs/sha256/${digestOf(bytes)}`,
      bytes,
    })),
  ];
}
