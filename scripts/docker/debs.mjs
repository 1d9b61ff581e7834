// Programs from Debian's packages, unpacked into .tools/ and installed nowhere.
import { execFileSync, spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { root } from "../run.mjs";

const tools = join(root, ".tools");
const keyring = "/usr/share/keyrings/debian-archive-keyring.gpg";

/** Debian 12, with the libraries that it loads; it runs on newer systems, too. */
const iptables = [
  ...["iptables", "libip4tc2", "libip6tc2", "libxtables12", "libmnl0", "libnftnl11"],
  ...["libnetfilter-conntrack3", "libnfnetlink0"],
].map((name) => `${name}/bookworm`);
const engine = ["docker.io", "containerd", "runc", "tini", "libdevmapper1.02.1"].map(
  (name) => `${name}/bookworm`,
);

const sets = {
  iptables: { suites: ["bookworm"], packages: iptables },
  // Of Compose, Debian 12 has only version 1; that of 13 is one static program.
  docker: {
    suites: ["bookworm", "bookworm-updates", "trixie"],
    packages: [...iptables, ...engine, "docker-compose/trixie"],
  },
};
/** @typedef {keyof typeof sets} SetName */

/** Why a set cannot be unpacked here; undefined if it can, or is there already.
 * @param {SetName} name */
export function missingForDebs(name) {
  if (existsSync(join(tools, name))) return undefined;
  for (const program of ["apt-get", "dpkg-deb"]) {
    if (spawnSync(program, ["--version"]).status !== 0) return `${program} is missing`;
  }
  return existsSync(keyring) ? undefined : `${keyring} is missing (package debian-archive-keyring)`;
}

/**
 * Downloads and unpacks a set, unless it is there; answers its folder and the environment for its programs.
 * @param {SetName} name
 * @returns {{ home: string, env: NodeJS.ProcessEnv }}
 */
export function unpackDebs(name) {
  const home = join(tools, name);
  if (!existsSync(home)) {
    const work = `${home}.new`;
    rmSync(work, { recursive: true, force: true });
    download(join(work, "apt"), sets[name]);
    for (const file of readdirSync(join(work, "apt")).filter((it) => it.endsWith(".deb"))) {
      execFileSync("dpkg-deb", ["--extract", join(work, "apt", file), work]);
    }
    rmSync(join(work, "apt"), { recursive: true });
    for (const program of ["iptables", "ip6tables"]) {
      symlinkSync("xtables-nft-multi", join(work, "usr/sbin", program));
    }
    renameSync(work, home); // last: a folder in place means that all of it is there
  }
  const folders = readdirSync(join(home, "usr/lib"));
  const libraries = join(home, "usr/lib", folders.find((it) => it.endsWith("linux-gnu")) ?? "");
  return {
    home,
    env: {
      ...process.env,
      PATH: `${home}/usr/bin:${home}/usr/sbin:${process.env["PATH"]}`,
      LD_LIBRARY_PATH: libraries,
      XTABLES_LIBDIR: join(libraries, "xtables"),
    },
  };
}

/** With apt, but none of the machine's sources and lists.
 * @param {string} folder @param {{ suites: readonly string[], packages: readonly string[] }} set */
function download(folder, { suites, packages }) {
  for (const name of ["lists/partial", "cache/archives/partial"]) {
    mkdirSync(join(folder, name), { recursive: true });
  }
  const source = `deb [signed-by=${keyring}] http://deb.debian.org/debian`;
  writeFileSync(
    join(folder, "sources.list"),
    suites.map((it) => `${source} ${it} main\n`).join(""),
  );
  const options = [
    `Dir::Etc::sourcelist=${folder}/sources.list`,
    "Dir::Etc::sourceparts=-",
    `Dir::State::lists=${folder}/lists`,
    "Dir::State::status=/dev/null",
    `Dir::Cache=${folder}/cache`,
    "APT::Sandbox::User=root",
    "Acquire::Languages=none",
  ].flatMap((option) => ["-o", option]);
  const apt = (/** @type {readonly string[]} */ ...args) =>
    execFileSync("apt-get", [...options, "--quiet=2", ...args], {
      cwd: folder,
      stdio: ["ignore", "ignore", "inherit"],
    });
  console.log("  reading Debian's package lists ...");
  apt("update");
  console.log(`  downloading ${packages.length} packages from Debian ...`);
  apt("download", ...packages);
}
