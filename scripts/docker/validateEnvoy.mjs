import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * What `envoy --mode validate` has against a file, warnings (such as deprecated fields) included;
 * undefined if nothing. The filter of the given module is really started.
 * @param {string} envoy the binary
 * @param {string} file
 * @param {string} wasm the module in the place of the one that the file names
 */
export function validateEnvoy(envoy, file, wasm) {
  const folder = mkdtempSync(join(tmpdir(), "wasmerang-validate-"));
  try {
    const copy = join(folder, "envoy.yaml");
    const text = readFileSync(file, "utf8");
    writeFileSync(
      copy,
      text.replace(/filename: [^ }\n]+\.wasm/, () => `filename: ${wasm}`),
    );
    const args = [
      "--mode",
      "validate",
      "-c",
      copy,
      "--log-level",
      "warning",
      "--log-format",
      "%l %v",
    ];
    const { status, stderr } = spawnSync(envoy, args, { encoding: "utf8", timeout: 60_000 });
    const lines = stderr.split("\n").filter((line) => /^(?:warning|error|critical) /.test(line));
    if (status === 0 && lines.length === 0) return undefined;
    return lines.join("\n") || `status ${status}: ${stderr}`;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
