// @vitest-environment node
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ScenarioDocument } from "wasmerang";
import { defaultScenario } from "../state/defaultScenario.ts";
import { readLink, unreadableText, writeLink } from "./shareLink.ts";

/** Any document, sensible or not: a link must carry what was typed. */
const anyDocument = fc.record({
  clusters: fc.dictionary(
    fc.string({ unit: "grapheme" }),
    fc.record({ endpoints: fc.array(fc.string({ unit: "grapheme" })) }),
  ),
  connections: fc.array(
    fc.record({
      id: fc.string(),
      source: fc.string({ unit: "grapheme" }),
      destination: fc.string({ unit: "grapheme" }),
      steps: fc.array(fc.record({ downstream: fc.string({ unit: "grapheme" }) })),
    }),
  ),
  plugin: fc.record({ configuration: fc.string({ unit: "grapheme", maxLength: 400 }) }),
});

/** A well-formed link around any bytes. */
async function linkOf(bytes: Uint8Array): Promise<string> {
  const stream = new Blob([bytes.slice()]).stream();
  const deflated = stream.pipeThrough(new CompressionStream("deflate-raw"));
  const packed = new Uint8Array(await new Response(deflated).arrayBuffer());
  const base64 = btoa(Array.from(packed, (byte) => String.fromCharCode(byte)).join(""));
  return `#s=1.${base64.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "")}`;
}

describe("a share link", () => {
  it("carries any document unchanged", async () => {
    await fc.assert(
      fc.asyncProperty(anyDocument, async (document) => {
        const hash = await writeLink(document as ScenarioDocument);
        expect(hash).toMatch(/^#s=1\.[A-Za-z0-9_-]+$/);
        expect(await readLink(hash)).toEqual({
          kind: "document",
          document: JSON.parse(JSON.stringify(document)),
          parts: {},
        });
      }),
      { numRuns: 60 },
    );
  });

  it("of the default scenario is short", async () => {
    expect((await writeLink(defaultScenario)).length).toBeLessThan(600);
  });

  // Written down once: what this version made must open in every later one.
  it("of version 1 keeps working", async () => {
    const hash =
      "#s=1.JcrLCoAgEEbhd_nXEnmJYl4lWsQ0CyEUHF2J7x4SZ_mdDs4pCdeYk4LODs2tsIBg12UWHG3WuwMGj2iN6Z4vCP73nULwGJcBv02rFAX1MT4";
    const link = await readLink(hash);
    expect(link).toEqual({
      kind: "document",
      document: {
        connections: [{ source: "10.0.0.42:51328", destination: "30.0.0.7:443" }],
        clusters: {},
      },
      parts: {},
    });
  });

  it("carries view and event beside the scenario, and old ones did without", async () => {
    const parts = { view: "module", event: "14", code: "q1ZKTEpW-_" };
    const hash = await writeLink(defaultScenario, parts);
    expect(hash).toMatch(/&view=module&event=14&code=q1ZKTEpW-_$/);
    expect(await readLink(hash)).toEqual({ kind: "document", document: defaultScenario, parts });
    expect(await readLink(`${hash}&view=<b>`)).toMatchObject({ kind: "unreadable" });
  });

  it.each(["", "#", "#centre", "#x=1.abc"])("is absent from %j", async (hash) => {
    expect(await readLink(hash)).toEqual({ kind: "none" });
  });

  it.each([
    ["nothing", "#s="],
    ["no version", "#s=abc"],
    ["no payload", "#s=1."],
    ["a cut payload", "#s=1.q1ZKzs_LS00uyczPK1ay"],
    ["a payload that is not base64", "#s=1.%%%"],
    ["a payload that is not deflate", "#s=1.AAAAAAAA"],
    ["a part that has no name", "#s=1.q1YqSS0uUbJSMlSqBQA&=1"],
    ["a version that is no number", "#s=one.q1ZK"],
    ["a huge version", "#s=99999999999.q1ZK"],
  ])("with %s is unreadable", async (_what, hash) => {
    expect(await readLink(hash)).toEqual({ kind: "unreadable", version: undefined });
  });

  it("of a newer version says so", async () => {
    expect(await readLink("#s=3.q1ZK")).toEqual({ kind: "unreadable", version: "3" });
    expect(unreadableText("3")).toBe(
      "This link could not be read (version 3). Showing the default scenario.",
    );
    expect(unreadableText(undefined)).toBe(
      "This link could not be read. Showing the default scenario.",
    );
  });

  it("with bytes that are no JSON or no UTF-8 is unreadable", async () => {
    for (const bytes of [
      new TextEncoder().encode("{"),
      Uint8Array.of(0x22, 0xff, 0x22),
      new Uint8Array(),
    ]) {
      expect((await readLink(await linkOf(bytes))).kind).toBe("unreadable");
    }
  });

  it("that inflates to far more than a scenario is refused", async () => {
    const bomb = await linkOf(new TextEncoder().encode(JSON.stringify("x".repeat(20_000_000))));
    expect(bomb.length).toBeLessThan(100_000);
    expect(await readLink(bomb)).toEqual({ kind: "unreadable", version: undefined });
  });

  it("never throws, whatever the hash", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "grapheme" }), fc.boolean(), async (text, isOurs) => {
        const link = await readLink(isOurs ? `#s=1.${text}` : text);
        expect(["none", "unreadable", "document"]).toContain(link.kind);
      }),
    );
  });
});
