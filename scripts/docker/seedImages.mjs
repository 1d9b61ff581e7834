// The two images that examples/docker/compose.yaml names, assembled from what is here: Envoy from
// PyPI, and programs of this machine with the libraries they need. For an engine that can pull nothing.
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";

/** @typedef {Readonly<Record<string, string | undefined>>} Environment */

/** An empty root with merged /usr and the user that Envoy runs as. @param {string} root */
function makeSkeleton(root) {
  const folders = ["etc/envoy", "proc", "sys", "dev", "tmp", "run", "usr/local/bin"];
  for (const name of ["bin", "sbin", "lib", "lib64"]) {
    folders.push(`usr/${name}`);
    mkdirSync(join(root, "usr"), { recursive: true });
    symlinkSync(`usr/${name}`, join(root, name));
  }
  for (const folder of folders) mkdirSync(join(root, folder), { recursive: true });
  chmodSync(join(root, "tmp"), 0o1777);
  writeFileSync(
    join(root, "etc/passwd"),
    "root:x:0:0::/root:/bin/bash\nenvoy:x:101:101::/:/bin/sh\n",
  );
  writeFileSync(join(root, "etc/group"), "root:x:0:\nenvoy:x:101:\n");
}

/**
 * Copies the libraries that a program or library loads, to where the loader looks for them.
 * @param {string} root @param {string} file @param {Environment} env
 */
function copyLibraries(root, file, env) {
  const listed = execFileSync("ldd", [file], { encoding: "utf8", env: { ...process.env, ...env } });
  for (const [, path = ""] of listed.matchAll(/(?:=>|^)\s*(\/\S+) \(/gm)) {
    // The loader keeps its own path; whatever came from a private folder goes to the usual one.
    const folder = path.includes("ld-linux") ? "/usr/lib64" : "/usr/lib/x86_64-linux-gnu";
    const target = join(root, realFolder(path) ?? folder, basename(path));
    mkdirSync(dirname(target), { recursive: true });
    if (!existsSync(target)) copyFileSync(path, target);
  }
}

/** The folder of a system library without symbolic links; undefined for one from elsewhere.
 * @param {string} path */
function realFolder(path) {
  const real = realpathSync(dirname(path));
  return real.startsWith("/usr/lib") ? real : undefined;
}

/** @param {string} name @param {Environment} env */
const which = (name, env) =>
  execFileSync("bash", ["-c", 'type -P "$0"', name], {
    encoding: "utf8",
    env: { ...process.env, ...env },
  }).trim();

/** @param {string} root @param {readonly string[]} names @param {Environment} env */
function copyPrograms(root, names, env) {
  for (const name of names) {
    const path = which(name, env);
    copyFileSync(path, join(root, "usr/bin", name));
    copyLibraries(root, path, env);
  }
  symlinkSync("bash", join(root, "usr/bin/sh"));
}

/** @param {string} root @param {string} image @param {readonly string[]} changes @param {Environment} env */
function importImage(root, image, changes, env) {
  const flags = changes.map((change) => `-c '${change}'`).join(" ");
  execFileSync("bash", ["-c", `tar -C "$0" -c . | docker import ${flags} - ${image}`, root], {
    stdio: ["ignore", "ignore", "inherit"],
    env: { ...process.env, ...env },
  });
}

/**
 * Makes both images in the engine that `env` leads to.
 * @param {string} envoy the binary
 * @param {Environment} env PATH and the like for the programs to copy and for `docker`
 */
export function seedImages(envoy, env) {
  const work = mkdtempSync(join(tmpdir(), "wasmerang-images-"));
  try {
    const forEnvoy = join(work, "envoy");
    makeSkeleton(forEnvoy);
    copyPrograms(forEnvoy, ["bash", "cat", "grep", "sleep"], env);
    copyFileSync(envoy, join(forEnvoy, "usr/local/bin/envoy"));
    copyLibraries(forEnvoy, envoy, env);
    // As the image's own entry point does for a user other than root: arguments are Envoy's.
    const entry = join(forEnvoy, "docker-entrypoint.sh");
    writeFileSync(entry, '#!/bin/sh\ncase "$1" in -*) set -- envoy "$@" ;; esac\nexec "$@"\n');
    chmodSync(entry, 0o755);
    const path = "ENV PATH=/usr/local/bin:/usr/bin:/usr/sbin";
    const start = 'ENTRYPOINT ["/docker-entrypoint.sh"]';
    importImage(forEnvoy, "envoyproxy/envoy:v1.40.0", [start, path], env);

    const tools = join(work, "tools");
    makeSkeleton(tools);
    const programs = [
      "bash",
      "cat",
      "curl",
      "grep",
      "ip",
      "sleep",
      "tail",
      "test",
      "timeout",
      "touch",
    ];
    copyPrograms(tools, [...programs, "xtables-nft-multi"], env);
    for (const name of ["iptables", "ip6tables"]) {
      symlinkSync("xtables-nft-multi", join(tools, "usr/bin", name));
    }
    const modules = env["XTABLES_LIBDIR"] ?? "/usr/lib/x86_64-linux-gnu/xtables";
    cpSync(modules, join(tools, "usr/lib/x86_64-linux-gnu/xtables"), {
      recursive: true,
      verbatimSymlinks: true,
    });
    copyLibraries(tools, join(modules, "libxt_tcp.so"), env);
    importImage(tools, "wasmerang-tools:1", [path], env);
  } finally {
    rmSync(work, { recursive: true });
  }
}
