import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { writeSchemas } from "../cli/writeSchemas.ts";

interface JsonSchema {
  readonly title?: string;
  readonly type?: string;
  readonly pattern?: string;
  readonly maximum?: number;
  readonly additionalProperties?: unknown;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
}

function written(): readonly [JsonSchema, JsonSchema] {
  const directory = mkdtempSync(join(tmpdir(), "wasmerang-schemas-"));
  try {
    writeSchemas(directory);
    const read = (name: string) =>
      JSON.parse(readFileSync(join(directory, name), "utf8")) as JsonSchema;
    return [read("scenario.schema.json"), read("trace.schema.json")];
  } finally {
    rmSync(directory, { recursive: true });
  }
}

describe("the JSON Schemas", () => {
  const [scenario, trace] = written();

  it("require what a scenario file must hold, and nothing else", () => {
    expect(scenario.required).toEqual(["clusters", "connections"]);
    expect(scenario.properties?.["connections"]?.items?.required).toEqual([
      "source",
      "destination",
    ]);
    expect(scenario.additionalProperties).toBe(false);
  });

  it("keep ranges and patterns", () => {
    expect(scenario.properties?.["seed"]).toMatchObject({ type: "integer", maximum: 4294967295 });
  });

  it("know every kind of event, and let traces have more fields", () => {
    const kinds = (trace.anyOf ?? trace.oneOf ?? []).map((it) => it.properties?.["kind"]);
    expect(kinds).toHaveLength(15);
    expect(kinds).toContainEqual({ const: "connectionEnd" });
    expect(trace.anyOf?.[0]?.additionalProperties).toBeUndefined();
  });
});
