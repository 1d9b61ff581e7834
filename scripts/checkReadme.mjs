// npm run check-readme: every relative link of the documents leads somewhere, every command and path
// that their code names exists, and every block of YAML or JSON is such. Commands are not run here;
// those of the guides in examples/ are, by guide.mjs.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { parseAllDocuments } from "yaml";
import { readMarkdown } from "./readMarkdown.mjs";
import { root } from "./run.mjs";

/** @typedef {import("./readMarkdown.mjs").Document} Document */

const folders = ["filter", "host-sim", "web", "examples"];

/** @param {string} folder @returns {string[]} its Markdown files and those below */
function markdownFiles(folder) {
  if (!existsSync(root + folder)) return [];
  return readdirSync(root + folder, { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (["node_modules", "build", "dist"].includes(entry.name)) return [];
    if (entry.isDirectory()) return markdownFiles(path);
    return entry.name.endsWith(".md") ? [path] : [];
  });
}

/** @param {string} path */
const read = (path) => readFileSync(root + path, "utf8");

/** @param {string} folder "" or a workspace @returns {string[]} names of npm scripts */
function scriptsOf(folder) {
  const path = posix.join(folder, "package.json");
  return existsSync(root + path) ? Object.keys(JSON.parse(read(path)).scripts ?? {}) : [];
}

/** What `wasmerang --help` prints; undefined if it is not built.
 * @returns {string | undefined} */
function wasmerangHelp() {
  const { status, stdout } = spawnSync(
    process.execPath,
    [join(root, "host-sim/bin/wasmerang.js"), "--help"],
    { encoding: "utf8" },
  );
  return status === 0 ? stdout : undefined;
}
const help = wasmerangHelp();

/**
 * What is wrong with a link.
 * @param {string} file the document
 * @param {Document} document
 * @param {string} target
 */
function checkLink(file, document, target) {
  if (/^[a-z][a-z0-9+.-]*:/i.test(target)) return [];
  const [path = "", anchor] = target.split("#").map(decodeURIComponent);
  const found = path === "" ? file : posix.join(posix.dirname(file), path);
  if (!existsSync(root + found)) return [`link to ${target}: there is no ${found}`];
  if (!anchor || (path !== "" && !path.endsWith(".md"))) return [];
  const { anchors } = path === "" ? document : readMarkdown(read(found));
  return anchors.has(anchor) ? [] : [`link to ${target}: ${found} has no heading #${anchor}`];
}

/**
 * What is wrong with the npm scripts that a line of code names.
 * @param {string} file the document
 * @param {string} code
 */
function checkNpm(file, code) {
  return [...code.matchAll(/\bnpm (?:run (?:--\S+ )*([\w:.-]+)|(start|test)\b)([^|&;]*)/g)].flatMap(
    ([command, ran, short, rest = ""]) => {
      const script = String(ran ?? short);
      const workspace = /(?:-w|--workspace)[ =](\S+)/.exec(rest)?.[1];
      const own = dirname(file);
      const places = workspace === undefined ? ["", own] : [folderOf(workspace)];
      return places.some((folder) => scriptsOf(folder).includes(script))
        ? []
        : [`${command.trim()}: there is no npm script "${script}"`];
    },
  );
}

/** @param {string} workspace a workspace's folder or package name */
function folderOf(workspace) {
  const named = folders.find((folder) => {
    const path = `${folder}/package.json`;
    return existsSync(root + path) && JSON.parse(read(path)).name === workspace;
  });
  return named ?? workspace;
}

/**
 * What is wrong with the `wasmerang` commands and other programs of a line of code.
 * @param {string} code
 */
function checkPrograms(code) {
  const commands = [...code.matchAll(/(?:^|\$ |npx |; |&& |\| )wasmerang +([a-z]+)/g)];
  const programs = [...code.matchAll(/\bnpx (?:-\S+ )*([\w@/-]+)/g)];
  return [
    ...commands.flatMap(([, command]) => {
      if (help === undefined) {
        return [`wasmerang ${command}: the command line is not built (npm run build)`];
      }
      const listed = new RegExp(`(^|wasmerang)[ \\t]+${command}\\b`, "m").test(help);
      return listed ? [] : [`wasmerang ${command}: wasmerang --help does not list it`];
    }),
    ...programs.flatMap(([, program]) =>
      existsSync(`${root}node_modules/.bin/${program}`)
        ? []
        : [`npx ${program}: no installed package has this program`],
    ),
  ];
}

/**
 * What is wrong with the paths of a line of code, those of built files aside.
 * @param {string} file the document
 * @param {string} code
 */
function checkPaths(file, code) {
  const path = /(?<![\w./*-])(?:filter|host-sim|web|examples|scripts)\/[\w./-]*[\w/]/g;
  return [...code.matchAll(path)].flatMap(([found], index, all) => {
    const rest = code.slice(Number(all[index]?.index) + found.length);
    const isPattern = /^[-.]?[*{<]/.test(rest);
    if (isPattern || /\/(build|dist)\b/.test(found)) return [];
    const there = existsSync(root + found) || existsSync(join(root, dirname(file), found));
    return there ? [] : [`${found}: there is no such file or folder`];
  });
}

/** What is wrong with a block of YAML, or of JSON, which is YAML too.
 * @param {import("./readMarkdown.mjs").Block} block */
function checkYaml({ language, text }) {
  if (!["yaml", "yml", "json"].includes(language)) return [];
  const documents = [parseAllDocuments(text, { merge: true })].flat();
  return documents.flatMap(({ errors }) => errors.map(({ message }) => `${language}: ${message}`));
}

const files = ["README.md", "RATIONALE.md", ...folders.flatMap(markdownFiles)];
const problems = files.flatMap((file) => {
  if (!existsSync(root + file)) return [`${file}: is missing`];
  const document = readMarkdown(read(file));
  const checks = [
    ...document.links.map(({ line, text }) => ({ line, wrong: checkLink(file, document, text) })),
    ...document.blocks.map((block) => ({ line: block.line, wrong: checkYaml(block) })),
    ...document.code.map(({ line, text }) => ({
      line,
      wrong: [...checkNpm(file, text), ...checkPrograms(text), ...checkPaths(file, text)],
    })),
  ];
  return checks.flatMap(({ line, wrong }) => wrong.map((what) => `${file}:${line}: ${what}`));
});
for (const problem of problems) console.error(problem);
console.log(`${files.length} documents checked, ${problems.length} problems`);
process.exitCode = problems.length > 0 ? 1 : 0;
