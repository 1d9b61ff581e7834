import { describe, expect, it } from "vitest";
import { normalise, readGuide, runGuide } from "./guide.mjs";

const guide = `
\`\`\`console
$ echo one; echo two >&2
one
two
$ true
\`\`\`

<!-- not run: it would take a year -->

\`\`\`console
$ sleep 31536000
\`\`\`

\`\`\`sh
not a command of the guide
\`\`\`

\`\`\`console
$ false
$ echo "10.0.0.2:41234 10.0.0.2:8080"
10.0.0.2:50000 10.0.0.2:8080
$ echo three
four
\`\`\`
`;

describe("readGuide", () => {
  it("finds commands, outputs, lines and what is not run", () => {
    const steps = readGuide(guide);
    expect(steps.map(({ command }) => command)).toEqual([
      "echo one; echo two >&2",
      "true",
      "sleep 31536000",
      "false",
      'echo "10.0.0.2:41234 10.0.0.2:8080"',
      "echo three",
    ]);
    expect(steps.map(({ line }) => line)).toEqual([3, 6, 12, 20, 21, 23]);
    expect(steps[0]?.shown).toBe("one\ntwo\n");
    expect(steps[2]?.notRun).toBe("it would take a year");
    expect(steps[3]?.notRun).toBeUndefined();
  });
});

describe("runGuide", () => {
  it("compares outputs, and wants status 0 where none is shown", async () => {
    /** @type {boolean[]} */
    const results = [];
    const onStep = (/** @type {{ ok: boolean }} */ { ok }) => results.push(ok);
    await runGuide(readGuide(guide), { cwd: "/", env: process.env, onStep });
    expect(results).toEqual([true, true, true, false, true, false]);
  });

  it("keeps one shell for all steps", async () => {
    const steps = readGuide("```console\n$ a=1\n$ echo $a\n1\n```\n");
    /** @type {boolean[]} */
    const results = [];
    await runGuide(steps, { cwd: "/", env: process.env, onStep: ({ ok }) => results.push(ok) });
    expect(results).toEqual([true, true]);
  });
});

describe("normalise", () => {
  it("drops ports of clients and keeps those of servers", () => {
    expect(normalise("[fd77::2]:59486 to 10.0.0.1:15011 and 10.0.0.1:8080\n")).toBe(
      "[fd77::2]:PORT to 10.0.0.1:15011 and 10.0.0.1:8080",
    );
  });
});
