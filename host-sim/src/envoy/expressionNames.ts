/** Attributes as CEL expressions read them (Envoy context.cc, FindValue; common/expr/context.cc). */
import {
  atRoot,
  attributeGroups,
  table,
  unmodelledPrefixes,
  type ConnectionFacts,
  type PluginFacts,
} from "./attributes.ts";
import type { Value } from "./celValue.ts";
import { hasSchema, type FilterStateObject } from "./filterState.ts";

/**
 * What a CEL expression sees under a name: a value, or of a group those of its members that have one.
 * Undefined: nothing, which is an error there.
 */
export function readNames(
  name: string,
  members: ReadonlySet<string>,
  facts: ConnectionFacts | undefined,
  plugin: PluginFacts,
): Value | ReadonlyMap<string, Value> | undefined | "notModelled" {
  if (!attributeGroups.has(name)) {
    const known = table.get(name);
    const value =
      known && (facts || atRoot.has(name))
        ? known.read(facts as ConnectionFacts, plugin)
        : facts && valueOfState(facts.filterState.get(`wasm.${name}`)?.object);
    return value?.type === "message" ? "notModelled" : value;
  }
  // In a root context only this group is there, with nothing in it but the node.
  if (!facts && name !== "xds") return undefined;
  const found = new Map<string, Value>();
  for (const member of members) {
    const path = `${name}\0${member}`;
    if (unmodelledPrefixes.includes(path)) return "notModelled";
    if (!facts || name === "upstream_filter_state") continue;
    const value =
      name === "filter_state"
        ? valueOfState(facts.filterState.get(member)?.object)
        : table.get(path)?.read(facts, plugin);
    if (value?.type === "message" || value?.type === "null") return "notModelled";
    if (value) found.set(member, value);
  }
  return found;
}

function valueOfState(object: FilterStateObject | undefined): Value | undefined {
  if (!object?.text) return undefined;
  if (hasSchema(object)) return { type: "message" };
  return object.declaredAs === "String"
    ? { type: "string", text: object.text }
    : { type: "bytes", bytes: object.text };
}
