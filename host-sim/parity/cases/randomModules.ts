/** Random modules: imports, markers, exports and start functions of every kind, right and wrong. */
import { from, module, type ParityCase, scenario, talk } from "./case.ts";
import { generator, pick, type Random } from "./generator.ts";

const IMPORTS = [
  '"env" "proxy_log" (func (param i32 i32 i32) (result i32))',
  '"env" "proxy_get_property" (func (param i32 i32 i32 i32) (result i32))',
  '"env" "proxy_get_log_level" (func (param i32) (result i32))',
  '"env" "proxy_continue_stream" (func (param i32) (result i32))',
  '"env" "proxy_get_configuration" (func (param i32 i32) (result i32))',
  '"env" "proxy_clear_route_cache" (func (result i32))',
  '"env" "pthread_equal" (func (param i32 i32) (result i32))',
  '"env" "emscripten_notify_memory_growth" (func (param i32))',
  '"env" "envoy_resolve_dns" (func (param i32 i32 i32) (result i32))',
  '"wasi_snapshot_preview1" "fd_write" (func (param i32 i32 i32 i32) (result i32))',
  '"wasi_unstable" "proc_exit" (func (param i32))',
  '"wasi_unstable" "path_open" (func (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32))',
];
const BAD_IMPORTS = [
  '"env" "abort" (func (param i32 i32 i32 i32))',
  '"env" "proxy_log" (func (param i32 i32) (result i32))',
  '"env" "proxy_get_metric" (func (param i32 i64) (result i32))',
  '"env" "emscripten_notify_memory_growth" (func (param i32) (result i32))',
  '"env" "proxy_record_metric" (func (param f64 f32) (result i64))',
  '"wasi_snapshot_preview1" "path_link" (func (param i32 i32 i32 i32 i32 i32 i32) (result i32))',
  '"wasi_snapshot_preview1" "path_symlink" (func (param i32 i32 i32 i32 i32) (result i32))',
  '"wasi_snapshot_preview1" "sock_open" (func (param i32) (result i32))',
  '"wasi" "fd_write" (func (param i32 i32 i32 i32) (result i32))',
  '"" "" (func)',
  '"env" "__heap_base" (global i32)',
];
const MARKERS = ["0_2_1", "0_2_1", "0_2_1", "0_2_0", "0_1_0"];

/** Exports that Envoy looks for: name, parameters, result. */
const EXPORTS = [
  ["_initialize", 0, 0],
  ["_start", 0, 0],
  ["main", 2, 1],
  ["__main_void", 0, 1],
  ["proxy_on_context_create", 2, 0],
  ["proxy_on_vm_start", 2, 1],
  ["proxy_on_configure", 2, 1],
  ["proxy_validate_configuration", 2, 1],
  ["proxy_on_tick", 1, 0],
  ["proxy_on_new_connection", 1, 1],
  ["proxy_on_downstream_data", 3, 1],
  ["proxy_on_upstream_data", 3, 1],
  ["proxy_on_downstream_connection_close", 2, 0],
  ["proxy_on_upstream_connection_close", 2, 0],
  ["proxy_on_request_headers", 3, 1],
  ["proxy_on_response_body", 3, 1],
  ["proxy_on_http_call_response", 5, 0],
  ["proxy_on_grpc_close", 3, 0],
  ["proxy_on_queue_ready", 2, 0],
  ["proxy_on_foreign_function", 3, 0],
  ["envoy_on_resolve_dns", 3, 0],
  ["proxy_on_done", 1, 1],
  ["proxy_on_log", 1, 0],
  ["proxy_on_delete", 1, 0],
  ["proxy_on_unknown", 4, 1],
] as const;

export async function randomModuleCase(
  name: string,
  seed: number,
  number: number,
): Promise<ParityCase> {
  const random = generator(seed * 7_000_003 + number);
  const text = randomModule(random);
  return {
    name,
    fails: "perhaps",
    wasm: await module(text, { names: random(2) === 0 }),
    scenario: scenario({
      plugin: {
        configuration: "cfg",
        failurePolicy: pick(random, ["FAIL_CLOSED", "FAIL_OPEN"]),
      },
      connections: [from("10.0.0.42:51324", ...talk)],
    }),
  };
}

function randomModule(random: Random): string {
  const isRare = (): boolean => random(12) === 0;
  const imports = Array.from({ length: random(4) }, () => pick(random, IMPORTS));
  if (isRare()) imports.splice(random(imports.length + 1), 0, pick(random, BAD_IMPORTS));
  const markers = isRare() ? [] : [...new Set([pick(random, MARKERS), pick(random, MARKERS)])];
  const exported = EXPORTS.filter(() => random(2) === 0);
  return [
    ...imports.map((it) => `(import ${it})`),
    isRare() ? "" : '(memory (export "memory") 1)',
    ...markers.map((it) => `(func (export "proxy_abi_version_${it}"))`),
    isRare()
      ? ""
      : `(func (export "${isRare() ? "proxy_on_memory_allocate" : "malloc"}") (param i32) (result i32) (i32.const 1024))`,
    ...exported.map(([name, parameters, results]) => {
      // Rarely another signature, rarely a trap.
      const [takes, gives] = random(40) === 0 ? [random(4), random(2)] : [parameters, results];
      const body =
        random(40) === 0
          ? "(unreachable)"
          : gives === 1
            ? `(i32.const ${random(8) === 0 ? 0 : 1})`
            : "";
      const result = gives === 1 ? "(result i32)" : "";
      return `(func $${name} (export "${name}") ${"(param i32)".repeat(takes)} ${result} ${body})`;
    }),
    isRare() ? `(func $first ${isRare() ? "(unreachable)" : "(nop)"}) (start $first)` : "",
  ].join("\n");
}
