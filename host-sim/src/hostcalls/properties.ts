/** Properties: spec chapter "Properties"; exports.cc get_property, set_property. */
import { bytes, bytesOut, defineHostcall, propertyPath } from "./define.ts";

export const properties = [
  defineHostcall({
    name: "proxy_get_property",
    params: { path: propertyPath },
    results: { value: bytesOut },
    remark: "xds.node and messages that depend on the bootstrap are not modelled.",
    coverage: "partly",
    handle({ path }, context) {
      const answer = context.getProperty(path);
      return "value" in answer ? answer : answer.status;
    },
  }),
  defineHostcall({
    name: "proxy_set_property",
    params: { path: propertyPath, value: bytes },
    remark: "Writes filter state `wasm.` + path; never changes an attribute.",
    handle: ({ path, value }, context) => context.setProperty(path.copy(), value.copy()),
  }),
];
