/** Foreign functions: spec chapter of that name; exports.cc call_foreign_function. */
import { Status } from "../abi.ts";
import { bytes, defineHostcall, string, u32 } from "./define.ts";

export const foreignFunctions = [
  defineHostcall({
    name: "proxy_call_foreign_function",
    params: { function: string, arguments: bytes },
    results: { results: { kind: "bytesOut" } },
    remark: "Pointer and size of the results are written even when a known function fails.",
    handle({ function: name, arguments: args }, context) {
      const answer = context.callForeignFunction(name, args);
      if (!answer) return Status.NotFound;
      return { status: answer.status, results: answer.result };
    },
  }),
  defineHostcall({
    name: "envoy_resolve_dns",
    params: { address: string, token: u32 },
    coverage: "notModelled",
    remark: "Envoy resolves the name and calls envoy_on_resolve_dns.",
    handle(_, context) {
      context.vm.notModelled("envoy_resolve_dns is not modelled: no name is resolved.");
      return Status.Unimplemented;
    },
  }),
];
