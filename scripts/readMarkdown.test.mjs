import { expect, test } from "vitest";
import { readMarkdown } from "./readMarkdown.mjs";

test("links of every form are found with their line, those inside code are not", () => {
  const { links } = readMarkdown(
    [
      '[a](one.md) and ![b](two.png "title") and [c][ref]',
      "`[no](code.md)`",
      "```md",
      "[no](block.md)",
      "```",
      "[ref]: three.md#part",
      '<img src="four.png">',
    ].join("\n"),
  );
  expect(links).toEqual([
    { line: 1, text: "one.md" },
    { line: 1, text: "two.png" },
    { line: 6, text: "three.md#part" },
    { line: 7, text: "four.png" },
  ]);
});

test("code blocks and inline code are found with their line", () => {
  const { code } = readMarkdown("Run `npm start`.\n\n```sh\nnpm test\n```\n~~~~\n```\n~~~~");
  expect(code).toEqual([
    { line: 1, text: "npm start" },
    { line: 4, text: "npm test" },
    { line: 7, text: "```" },
  ]);
});

test("headings have GitHub's anchors", () => {
  const { anchors } = readMarkdown(
    '# Why `wasm`, not Lua?\n## [Linked](x.md) part\n## Twice\n## Twice\n<a id="own"></a>\n```\n# no\n```',
  );
  expect([...anchors]).toEqual(["why-wasm-not-lua", "linked-part", "twice", "twice-1", "own"]);
});

test("blocks have their language, their text, and why they are not run", () => {
  const { blocks } = readMarkdown(
    "```yaml\na: 1\nb: 2\n```\n\n<!-- not run: no cluster -->\n\n```sh\nls\n```\n```\n```\n",
  );
  expect(blocks).toEqual([
    { line: 2, language: "yaml", text: "a: 1\nb: 2\n", notRun: undefined },
    { line: 9, language: "sh", text: "ls\n", notRun: "no cluster" },
    { line: 12, language: "", text: "", notRun: undefined },
  ]);
});
