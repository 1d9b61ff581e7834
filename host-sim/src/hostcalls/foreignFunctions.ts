/** Foreign functions: spec chapter of that name; exports.cc call_foreign_function. */
import { Status } from "../abi.ts";
import { bytes, defineHostcall, string, u32 } from "./define.ts";

export const foreignFunctions = [
  defineHostcall({
    name: "proxy_call_foreign_function",
    params: { function: string, arguments: bytes },
    results: { results: { kind: "bytesOut" } },
    resultsOnError: true,
    remark: "Pointer and size of the results are written even when a known function fails.",
    handle({ function: name, arguments: args }, context) {
      return context.callForeignFunction(name, args) ?? Status.NotFound;
    },
  }),
  defineHostcall({
    name: "envoy_resolve_dns",
    params: { address: string, tokenPointer: u32 },
    remark: "Names other than addresses and localhost are the scenario's `dns`.",
    handle({ address, tokenPointer }, context) {
      // Used up even if it cannot be written.
      const token = context.nextDnsToken();
      const name = address.text();
      if (!context.vm.memory.writeU32(tokenPointer, token)) return Status.InvalidMemoryAccess;
      context.resolveDns(name, token);
      return Status.Ok;
    },
  }),
];
