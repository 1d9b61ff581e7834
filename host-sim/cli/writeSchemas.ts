/** Writes the JSON Schemas that ship beside the command line. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { toJsonSchema } from "@valibot/to-json-schema";
import type { GenericSchema } from "valibot";
import { scenarioSchema } from "../src/index.ts";
import { traceEventSchema } from "./traceSchema.ts";

/**
 * A JSON Schema of what may be written. Some checks (addresses, "exactly one of") have no JSON
 * Schema and are left to readScenario: an editor then accepts a little more than `run` does.
 */
export function makeSchema(
  schema: GenericSchema,
  title: string,
): Readonly<Record<string, unknown>> {
  return { title, ...toJsonSchema(schema, { typeMode: "input", errorMode: "ignore" }) };
}

/** Writes scenario.schema.json and trace.schema.json into `directory`. */
export function writeSchemas(directory: string): void {
  const write = (name: string, schema: unknown) => {
    writeFileSync(join(directory, name), `${JSON.stringify(schema, undefined, 2)}\n`);
  };
  write("scenario.schema.json", makeSchema(scenarioSchema, "Wasmerang scenario"));
  write("trace.schema.json", makeSchema(traceEventSchema, "An event of a Wasmerang trace"));
}
