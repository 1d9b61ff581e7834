import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { bundleFiles, type BundleTarget } from "./bundleFiles.ts";
import { fillIn } from "./fillIn.ts";

const template = `# A comment stays.
- name: wasm
  # bundle: configuration
  configuration:
    "@type": type.googleapis.com/google.protobuf.StringValue
    value: standalone
  code:
    # bundle: wasm
    filename: ../../filter/build/wasmerang.wasm # where it is built
    # bundle: sha256
    sha256: "00"

  last: true
`;
const target: BundleTarget = {
  name: "test",
  title: "Test",
  folder: "examples/test",
  files: ["a.yaml"],
  wasm: "filter.wasm",
  clusters: [],
  configuration: "standalone",
};
const wasm = new Uint8Array([0, 97, 115, 109]);
const fill = (configuration: Parameters<typeof bundleFiles>[2]["configuration"]) => {
  const [file] = bundleFiles(target, () => template, { configuration, wasm, sha256: "12e4" });
  if (file === undefined || !("text" in file)) throw new Error("no text");
  return file;
};

describe("bundleFiles", () => {
  it("leaves the configuration of the template, and names the module and its hash", () => {
    const { text, marks } = fill(undefined);
    expect(text).toBe(`# A comment stays.
- name: wasm
  configuration:
    "@type": type.googleapis.com/google.protobuf.StringValue
    value: standalone
  code:
    filename: filter.wasm
    sha256: "12e4"

  last: true
`);
    expect(marks.map(({ start, end }) => text.slice(start, end))).toEqual([
      "filter.wasm",
      '"12e4"',
    ]);
    expect(marks.map(({ what }) => what)).toEqual(["wasm", "sha256"]);
  });

  it.each([
    "",
    "istio",
    "true",
    "null",
    "12",
    "a: b # c",
    '{"routes": [{"source": "10.1.0.0/16", "cluster": "egress2"}]}\n',
    "quotes \" ' and \\ and \t tab and \u0000 nul",
    "next line \u0085, separator \u2028, delete \u007f, mark \ufeff, smile 😀",
  ])("gives text %j to the filter as it is", (configuration) => {
    const [{ configuration: any }] = parse(fill(configuration).text) as [
      { configuration: { readonly value: unknown } },
    ];
    expect(any).toEqual({
      "@type": "type.googleapis.com/google.protobuf.StringValue",
      value: configuration,
    });
  });

  it("gives a Struct and bytes as such", () => {
    const struct = { mode: "istio", ports: { "443": 8443 } };
    expect(parse(fill({ struct }).text)).toMatchObject([
      { configuration: { "@type": "type.googleapis.com/google.protobuf.Struct", value: struct } },
    ]);
    expect(parse(fill({ bytes: "AAE=" }).text)).toMatchObject([
      {
        configuration: { "@type": "type.googleapis.com/google.protobuf.BytesValue", value: "AAE=" },
      },
    ]);
  });

  it("quotes JSON so that it stays readable", () => {
    expect(fill('{"mode": "istio"}').text).toContain(`value: '{"mode": "istio"}'\n`);
  });

  it("puts the module and its hash beside the files", () => {
    const files = bundleFiles(target, () => template, {
      configuration: undefined,
      wasm,
      sha256: "12e4",
    });
    expect(files.slice(1)).toEqual([
      { path: "filter.wasm", bytes: wasm },
      {
        path: "filter.wasm.sha256",
        text: "12e4  filter.wasm\n",
        marks: [{ start: 0, end: 4, what: "sha256" }],
      },
    ]);
  });
});

describe("fillIn", () => {
  it("says where a mark has no value", () => {
    const values = { configuration: undefined, sha256: "00", wasm: "a.wasm" };
    expect(() => fillIn("a: 1\n# bundle: wasm\n\n", values, "envoy.yaml")).toThrow(
      'envoy.yaml:3: a key should follow "# bundle: wasm"',
    );
  });
});
