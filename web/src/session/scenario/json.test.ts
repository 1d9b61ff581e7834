// @vitest-environment node
import { CompletionContext } from "@codemirror/autocomplete";
import { json } from "@codemirror/lang-json";
import { ensureSyntaxTree } from "@codemirror/language";
import { EditorState } from "@codemirror/state";
import { describe, expect, it } from "vitest";
import { readScenario } from "wasmerang";
import { completeScenario } from "./jsonCompletion.ts";
import { placeOf, readPath } from "./jsonPlaces.ts";

function stateOf(doc: string) {
  const state = EditorState.create({ doc, extensions: [json()] });
  const tree = ensureSyntaxTree(state, doc.length, 5000);
  if (!tree) throw new Error("no syntax tree");
  return { state, tree };
}

/** What is offered at `|`, when asked for. */
function offered(marked: string): readonly string[] {
  const pos = marked.indexOf("|");
  const { state } = stateOf(marked.replace("|", ""));
  return (
    completeScenario(new CompletionContext(state, pos, true))?.options.map(({ label }) => label) ??
    []
  );
}

describe("completion", () => {
  it("offers the fields that an object does not have yet", () => {
    expect(offered('{"clusters": {}, |}')).toEqual(
      expect.arrayContaining(['"connections"', '"plugin"', '"faults"']),
    );
    expect(offered('{"clusters": {}, |}')).not.toContain('"clusters"');
    expect(offered('{"connections": [{"source": "", "de|"}]}')).toContain('"destination"');
    expect(offered('{"clusters": {"egress1": {|}}}')).toContain('"connectTimeout"');
    expect(offered('{"clusters": {"a": {"endpoints": [], "|"}}}')).toContain('"connectTimeout"');
  });

  it("offers the fields of every form that a step can have", () => {
    expect(offered('{"connections": [{"steps": [{"close": "client"}, {|}]}]}')).toEqual([
      '"after"',
      '"downstream"',
      '"upstream"',
      '"close"',
    ]);
  });

  it("offers values where the schema names them", () => {
    expect(offered('{"plugin": {"failurePolicy": |}}')).toEqual([
      '"FAIL_CLOSED"',
      '"FAIL_OPEN"',
      '"FAIL_RELOAD"',
    ]);
    expect(offered('{"clusters": {"a": {"connect": "re|"}}}')).toContain('"refuse"');
    expect(offered('{"clusters": {"a": {"echo": |}}}')).toEqual(["true", "false"]);
  });

  it("offers the scenario's own clusters where one is named", () => {
    const clusters = '"clusters": {"blue": {"endpoints": []}, "green": {"endpoints": []}}';
    expect(offered(`{${clusters}, "tcpProxy": {"cluster": "|"}}`)).toEqual(['"blue"', '"green"']);
    expect(offered(`{"tcpProxy": {"weightedClusters": [{"name": |}]}, ${clusters}}`)).toEqual([
      '"blue"',
      '"green"',
    ]);
  });

  it("offers nothing below a field that no scenario has", () => {
    expect(offered('{"nonsense": {|}}')).toEqual([]);
  });
});

describe("places of problems", () => {
  const text = `{
  "clusters": { "a b": { "endpoints": ["10.0.0.1:80", "nowhere"] } },
  "connections": [{ "source": "10.0.0.300:1", "destination": "203.0.113.10:443", "sni": "x" }, {}],
  "seed": -1
}`;
  const { tree } = stateOf(text);
  const read = readScenario(JSON.parse(text));
  const shown = (read.ok ? [] : read.problems).map(({ path, message }) => {
    const { from, to } = placeOf(tree, text, path, message);
    return [path, text.slice(from, to)];
  });

  it("are the value, the unknown field, or the object that lacks one", () => {
    expect(Object.fromEntries(shown)).toEqual({
      '$.clusters["a b"].endpoints[1]': '"nowhere"',
      "$.connections[0].source": '"10.0.0.300:1"',
      "$.connections[0].sni": '"sni"',
      "$.connections[1].source": "{",
      "$.connections[1].destination": "{",
      "$.seed": "-1",
    });
  });

  it("are found by the parts of a path", () => {
    expect(readPath('$.a[10]["b \\"c\\""].d')).toEqual(["a", 10, 'b "c"', "d"]);
    expect(readPath("$")).toEqual([]);
  });
});
