// As much of Markdown as a check of links and commands needs.

/**
 * @typedef {{ line: number, text: string }} Fragment line from 1
 * @typedef {object} Document
 * @property {readonly Fragment[]} links targets of links and images, as written
 * @property {readonly Fragment[]} code lines of code blocks, and inline code
 * @property {ReadonlySet<string>} anchors what `#…` can name
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
  /** @type {Set<string>} */
  const anchors = new Set();
  /** @type {string | undefined} */
  let fence;
  for (const [index, text] of markdown.split("\n").entries()) {
    const line = index + 1;
    const mark = /^\s*(`{3,}|~{3,})/.exec(text)?.[1];
    if (fence) {
      if (mark?.startsWith(fence)) fence = undefined;
      else code.push({ line, text });
      continue;
    }
    if (mark) {
      fence = mark;
      continue;
    }
    code.push(...all(inlineCode, text).map((found) => ({ line, text: found })));
    const heading = /^#{1,6}\s+(.*?)\s*#*$/.exec(text)?.[1];
    if (heading !== undefined) addAnchor(anchors, anchorOf(heading));
    const prose = text.replace(inlineCode, "");
    all(htmlAnchor, prose).forEach((anchor) => anchors.add(anchor));
    for (const pattern of [inlineLink, referenceLink, htmlLink]) {
      links.push(...all(pattern, prose).map((target) => ({ line, text: target })));
    }
  }
  return { links, code, anchors };
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
