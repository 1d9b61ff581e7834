/** Plugins that may not do everything: capability_restriction_config. */
import { hostcallsFor } from "../../src/hostcalls/index.ts";
import { callbacksOf } from "../../src/preflight/guestExports.ts";
import { failing, from, module, type ParityCase, probe, scenario, talk } from "./case.ts";

export async function capabilityCases(): Promise<readonly ParityCase[]> {
  const everything = [
    ...[...hostcallsFor("0.2.1").values()].map(({ name }) => name),
    ...[...callbacksOf("0.2.1").keys()],
  ];
  const allBut = (...names: readonly string[]): string[] => [
    ...new Set(everything.filter((name) => !names.includes(name))),
  ];
  const restricted = async (
    name: string,
    file: string,
    allowedCapabilities: string[],
    more: Parameters<typeof scenario>[0]["plugin"] = {},
  ): Promise<ParityCase> => ({
    name: `capabilities: ${name}`,
    wasm: await probe(file),
    scenario: scenario({
      plugin: { allowedCapabilities, ...more },
      connections: [from("10.0.0.42:51324", ...talk)],
    }),
  });
  const two = (first: string[], second: string[]): ParityCase["scenario"] =>
    scenario({
      plugins: [
        { name: "p1", rootId: "r1", vmId: "v", allowedCapabilities: first },
        { name: "p2", rootId: "r2", vmId: "v", allowedCapabilities: second },
      ],
      connections: [from("10.0.0.42:51324", ...talk)],
    });
  const properties = await probe("properties");
  return [
    {
      name: "capabilities: a VM of their own, the first plugin is restricted",
      wasm: properties,
      scenario: two(["proxy_log", "proxy_on_new_connection"], []),
    },
    {
      name: "capabilities: a VM of their own, the second plugin is restricted",
      wasm: properties,
      scenario: two([], ["proxy_log"]),
    },
    {
      name: "capabilities: the same for two plugins, in another order",
      wasm: properties,
      scenario: two(["proxy_log", "proxy_on_log"], ["proxy_on_log", "proxy_log"]),
    },
    {
      name: "capabilities: a callback of the wrong type that is off",
      wasm: await module(
        `(memory (export "memory") 1) (func (export "proxy_abi_version_0_2_1"))
         (func (export "malloc") (param i32) (result i32) (i32.const 1024))
         (func (export "proxy_on_log") (param i64))`,
      ),
      scenario: scenario({
        plugin: { allowedCapabilities: ["proxy_log"] },
        connections: [from("10.0.0.42:51324", ...talk)],
      }),
    },
    await restricted("nothing but the log", "hostCalls", ["proxy_log"]),
    await restricted("all callbacks and the log", "hostCalls", [
      "proxy_log",
      ...callbacksOf("0.2.1").keys(),
    ]),
    await restricted("an unknown name", "hostCalls", ["nothing"]),
    await restricted("all", "hostCalls", allBut()),
    await restricted("no properties", "properties", allBut("proxy_get_property")),
    await restricted("no connections", "properties", allBut("proxy_on_new_connection")),
    await restricted("no contexts", "properties", allBut("proxy_on_context_create")),
    await restricted("no start", "properties", allBut("proxy_on_vm_start", "proxy_on_configure")),
    await restricted(
      "no end",
      "properties",
      allBut("proxy_on_done", "proxy_on_log", "proxy_on_delete"),
    ),
    await restricted("no data", "streams", allBut("proxy_on_downstream_data"), {
      configuration: "a",
    }),
    await restricted("no WASI", "wasi", ["proxy_log", ...callbacksOf("0.2.1").keys()]),
    await restricted(
      "some of WASI",
      "wasi",
      allBut("fd_write", "environ_get", "proc_exit", "path_open"),
    ),
    await restricted(
      "bad arguments of what is off",
      "setProperty",
      allBut("proxy_set_property", "proxy_get_property"),
    ),
    await restricted(
      "names and clusters, no foreign functions",
      "filterState",
      allBut("proxy_call_foreign_function"),
    ),
    await restricted("no DNS answer", "dns", ["proxy_log", "proxy_on_new_connection"]),
    ...failing([
      await restricted("trap", "traps", allBut("proxy_on_log"), { configuration: "un" }),
    ]),
  ];
}
