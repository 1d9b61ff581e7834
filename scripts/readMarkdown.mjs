// As much of Markdown as a check of links and commands needs.

/**
 * @typedef {{ line: number, text: string }} Fragment line from 1
 * @typedef {object} Document
 * @property {readonly Fragment[]} links targets of links and images, as written
 * @property {readonly Fragment[]} code lines of code blocks, and inline code
 * @property {readonly Block[]} blocks fenced code
 * @property {ReadonlySet<string>} anchors what `#…` can name
 * @typedef {object} Block
 * @property {number} line of its first line of code
 * @property {string} language the word behind the fence, or ""
 * @property {string} text
 * @property {string | undefined} notRun the reason in a comment `<!-- not run: … -->` before it
 */

const inlineLink = /\]\(\s*<?([^\s)>]+)>?(?:\s+"[^"]*")?\s*\)/g;
const referenceLink = /^\s{0,3}\[[^\]]+\]:\s*<?([^\s>]+)/g;
const htmlLink = /\b(?:href|src)="([^"]+)"/g;
const htmlAnchor = /\b(?:id|name)="([^"]+)"/g;
const inlineCode = /(`+)(.+?)\1/g;

/**
 * The anchor that GitHub gives a heading.
 * @param {string} heading without its `#`
 */
function anchorOf(heading) {
  const words = heading
    .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .trim()
    .toLowerCase();
  return words.replace(/[^\p{L}\p{N}\p{M}\s_-]/gu, "").replace(/\s/g, "-");
}

/**
 * @param {RegExp} pattern with one group, or two of which the second counts
 * @param {string} text
 */
const all = (pattern, text) =>
  [...text.matchAll(pattern)].map((match) => String(match[2] ?? match[1]));

/**
 * Reads a Markdown document.
 * @param {string} markdown
 * @returns {Document}
 */
export function readMarkdown(markdown) {
  /** @type {Fragment[]} */
  const links = [];
  /** @type {Fragment[]} */
  const code = [];
  /** @type {Block[]} */
  const blocks = [];
  /** @type {Set<string>} */
  const anchors = new Set();
  /** @type {string | undefined} */
  let fence;
  /** @type {string | undefined} */
  let notRun;
  for (const [index, text] of markdown.split("\n").entries()) {
    const line = index + 1;
    const [, mark, language = ""] = /^\s*(`{3,}|~{3,})\s*(\w*)/.exec(text) ?? [];
    if (fence) {
      const block = blocks.at(-1);
      if (mark?.startsWith(fence)) fence = undefined;
      else {
        code.push({ line, text });
        if (block) blocks[blocks.length - 1] = { ...block, text: `${block.text}${text}\n` };
      }
      continue;
    }
    if (mark) {
      fence = mark;
      blocks.push({ line: line + 1, language, text: "", notRun });
      notRun = undefined;
      continue;
    }
    if (text.trim() !== "") notRun = /^<!-- not run: (.+) -->$/.exec(text)?.[1];
    code.push(...all(inlineCode, text).map((found) => ({ line, text: found })));
    const heading = /^#{1,6}\s+(.*?)\s*#*$/.exec(text)?.[1];
    if (heading !== undefined) addAnchor(anchors, anchorOf(heading));
    const prose = text.replace(inlineCode, "");
    all(htmlAnchor, prose).forEach((anchor) => anchors.add(anchor));
    for (const pattern of [inlineLink, referenceLink, htmlLink]) {
      links.push(...all(pattern, prose).map((target) => ({ line, text: target })));
    }
  }
  return { links, code, blocks, anchors };
}

/**
 * A heading that comes twice gets `-1`, as on GitHub.
 * @param {Set<string>} anchors
 * @param {string} anchor
 */
function addAnchor(anchors, anchor) {
  let unique = anchor;
  for (let n = 1; anchors.has(unique); n++) unique = `${anchor}-${n}`;
  anchors.add(unique);
}
