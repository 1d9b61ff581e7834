/**
 * A guest that does what its configuration says (program.ts): it imports every host function of an
 * ABI version, calls them with the words that the program holds, and logs what they answered.
 *
 * Memory: 0–23 results that are logged, 128–191 results that are not (times, process-wide numbers),
 * 512–4095 the log message, 8192 root of each context, 12288 program of each root, 262144 heap.
 */
import type { AbiVersion } from "../../src/abi.ts";
import type { Hostcall } from "../../src/hostcalls/define.ts";
import { compileWat } from "../wat.ts";
import { callbacks, type CallbackName, functionsOf, specials } from "./program.ts";

/** Callbacks with their export's name, parameters after the context, and what they answer if nothing else is said. */
const exported: readonly (readonly [CallbackName, string, number, number | undefined])[] = [
  ["vmStart", "proxy_on_vm_start", 1, 1],
  ["configure", "proxy_on_configure", 1, 1],
  ["newConnection", "proxy_on_new_connection", 0, 0],
  ["downstreamData", "proxy_on_downstream_data", 2, 0],
  ["upstreamData", "proxy_on_upstream_data", 2, 0],
  ["downstreamClose", "proxy_on_downstream_connection_close", 1, undefined],
  ["upstreamClose", "proxy_on_upstream_connection_close", 1, undefined],
  ["done", "proxy_on_done", 0, 1],
  ["log", "proxy_on_log", 0, undefined],
  ["delete", "proxy_on_delete", 0, undefined],
  ["tick", "proxy_on_tick", 0, undefined],
  ["queueReady", "proxy_on_queue_ready", 1, undefined],
  ["httpResponse", "proxy_on_http_call_response", 4, undefined],
  ["grpcInitialMetadata", "proxy_on_grpc_receive_initial_metadata", 2, undefined],
  ["grpcMessage", "proxy_on_grpc_receive", 2, undefined],
  ["grpcTrailingMetadata", "proxy_on_grpc_receive_trailing_metadata", 2, undefined],
  ["grpcClose", "proxy_on_grpc_close", 2, undefined],
];

const known = new Map<string, Promise<Uint8Array>>();

/** Compiled once for each ABI version; with function names, Envoy prints back-traces. */
export function scriptedGuest(abi: AbiVersion = "0.2.1", names = false): Promise<Uint8Array> {
  const key = `${abi} ${names}`;
  const compiled = known.get(key) ?? compileWat(`scripted ${key}`, guestText(abi), { names });
  known.set(key, compiled);
  return compiled;
}

function guestText(abi: AbiVersion): string {
  const functions = functionsOf(abi);
  return `(module
${functions.map(importOf).join("\n")}
(memory (export "memory") 16)
(global $heap (mut i32) (i32.const 262144))
(global $cursor (mut i32) (i32.const 512))
(global $record (mut i32) (i32.const 0))
(global $base (mut i32) (i32.const 0))
(global $result (mut i32) (i32.const 0))
(func (export "proxy_abi_version_${abi.replaceAll(".", "_")}"))
${DATA}
${BASICS}
(func $perform (param $action i32) (param $size i32) (param $end i32)
${functions.map(callOf).join("\n")}
${specialCalls})
${RUN}
${exported.map(callbackOf).join("\n")}
)`;
}

const importOf = ({ module, name, signature }: Hostcall): string => {
  const from = module === "wasi" ? "wasi_snapshot_preview1" : module;
  const params = signature.params.map((it) => `(param ${it})`).join(" ");
  const results = signature.results.map((it) => `(result ${it})`).join(" ");
  return `(import "${from}" "${name}" (func $${name} ${params} ${results}))`;
};

function callOf({ name, signature, results }: Hostcall, number: number): string {
  const words = signature.params.map((type, i) =>
    type === "i64"
      ? `(i64.extend_i32_s (call $word (i32.const ${i})))`
      : `(call $word (i32.const ${i}))`,
  );
  const call = `(call $${name} ${words.join(" ")})`;
  const status = signature.results.length === 0 ? `${call} (i32.const -1)` : call;
  const [first] = Object.values(results);
  const report = first?.kind === "bytesOut" ? "$report_bytes" : "$report";
  return when(number, `(call ${report} (i32.const ${number}) ${inParts(status)})`);
}

/** A void call has to come before the constant that stands for its result. */
const inParts = (status: string): string =>
  status.endsWith("(i32.const -1)") && status !== "(i32.const -1)"
    ? `(block (result i32) ${status})`
    : status;

const when = (number: number, body: string): string =>
  `(if (i32.eq (local.get $action) (i32.const ${number})) (then ${body}))`;

const FIRST = "(call $word (i32.const 0))";
const SECOND = "(call $word (i32.const 1))";
const specialCalls = [
  when(specials.return, `(global.set $result ${FIRST})`),
  when(
    specials.hold,
    `(global.set $result (i32.and (i32.lt_u (local.get $size) ${FIRST}) (i32.eqz (local.get $end))))`,
  ),
  when(specials.unreachable, "(unreachable)"),
  when(specials.store, `(i32.store ${FIRST} ${SECOND})`),
  when(specials.outOfBounds, "(drop (i32.load (i32.const -4)))"),
  when(specials.divideByZero, `(drop (i32.div_u (i32.const 1) ${FIRST}))`),
  when(specials.recurse, "(call $perform (local.get $action) (local.get $size) (local.get $end))"),
  when(specials.grow, `(call $report (i32.const ${specials.grow}) (memory.grow ${FIRST}))`),
].join("\n");

function callbackOf([callback, name, more, answer]: (typeof exported)[number]): string {
  const params = "(param i32)".repeat(more);
  const [size, end] = callback.endsWith("Data")
    ? ["(local.get 1)", "(local.get 2)"]
    : ["(i32.const 0)", "(i32.const 0)"];
  const run = `(call $run (i32.const ${callbacks[callback]}) (local.get 0) ${size} ${end} (i32.const ${answer ?? 0}))`;
  return answer === undefined
    ? `(func (export "${name}") (param i32) ${params} (drop ${run}))`
    : `(func (export "${name}") (param i32) ${params} (result i32) ${run})`;
}

const BASICS = `
(func $malloc (export "malloc") (param $size i32) (result i32)
  (local $at i32)
  (local.set $at (global.get $heap))
  (global.set $heap
    (i32.and (i32.add (i32.add (global.get $heap) (local.get $size)) (i32.const 7)) (i32.const -8)))
  (local.get $at))
(func $put (param $byte i32)
  (i32.store8 (global.get $cursor) (local.get $byte))
  (global.set $cursor (i32.add (global.get $cursor) (i32.const 1))))
(func $digit (param $value i32)
  (call $put
    (i32.add (local.get $value)
      (select (i32.const 48) (i32.const 87) (i32.lt_u (local.get $value) (i32.const 10))))))
(func $hex (param $at i32) (param $length i32)
  (block $end
    (loop $next
      (br_if $end (i32.eqz (local.get $length)))
      (call $digit (i32.shr_u (i32.load8_u (local.get $at)) (i32.const 4)))
      (call $digit (i32.and (i32.load8_u (local.get $at)) (i32.const 15)))
      (local.set $at (i32.add (local.get $at) (i32.const 1)))
      (local.set $length (i32.sub (local.get $length) (i32.const 1)))
      (br $next))))
(func $decimal (param $value i32)
  (if (i32.ge_u (local.get $value) (i32.const 10))
    (then (call $decimal (i32.div_u (local.get $value) (i32.const 10)))))
  (call $digit (i32.rem_u (local.get $value) (i32.const 10))))
(func $preset
  (i64.store (i32.const 0) (i64.const 0xeeeeeeeeeeeeeeee))
  (i64.store (i32.const 8) (i64.const 0xeeeeeeeeeeeeeeee))
  (i64.store (i32.const 16) (i64.const 0xeeeeeeeeeeeeeeee)))
;; Logs "function=status" and the result words as they lie in memory.
(func $report (param $function i32) (param $status i32)
  (call $decimal (local.get $function))
  (call $put (i32.const 61))
  (call $decimal (local.get $status))
  (call $put (i32.const 32))
  (call $hex (i32.const 0) (i32.const 24))
  (drop (call $proxy_log (i32.const 2) (i32.const 512) (i32.sub (global.get $cursor) (i32.const 512))))
  (global.set $cursor (i32.const 512))
  (call $preset))
;; The same, after the bytes that the words point to. No address is written where the guest asks for none.
(func $report_bytes (param $function i32) (param $status i32)
  (if (i32.and
        (i32.and (i32.eqz (local.get $status)) (i32.lt_u (i32.load (i32.const 8)) (i32.const 600)))
        (i32.lt_u (i32.load (i32.const 0)) (i32.const 0xff000)))
    (then
      (call $hex (i32.load (i32.const 0)) (i32.load (i32.const 8)))
      (call $put (i32.const 32))))
  (call $report (local.get $function) (local.get $status)))
;; A word of the record under way.
(func $word (param $i i32) (result i32)
  (local $value i32)
  (local.set $value
    (i32.load offset=8 (i32.add (global.get $record) (i32.shl (local.get $i) (i32.const 2)))))
  (if (i32.and (i32.shr_u (i32.load16_u offset=4 (global.get $record)) (local.get $i)) (i32.const 1))
    (then (local.set $value (i32.load (local.get $value)))))
  (if (i32.and (i32.shr_u (i32.load16_u offset=6 (global.get $record)) (local.get $i)) (i32.const 1))
    (then (local.set $value (i32.add (global.get $base) (local.get $value)))))
  (local.get $value))`;

/**
 * 192: iovecs of "hello\n", "xyz" and of a place outside of the memory. 240: names of foreign functions
 * that need a library, which is loaded for modules that mention them.
 */
const DATA = `
(data (i32.const 192) "\\e0\\00\\00\\00\\06\\00\\00\\00\\e6\\00\\00\\00\\03\\00\\00\\00\\f0\\ff\\ff\\ff\\04\\00\\00\\00")
(data (i32.const 224) "hello\\nxyz")
(data (i32.const 240) "expr_create compress sign")`;

const RUN = `
;; Performs the actions of a callback; answers what the callback returns.
(func $run (param $callback i32) (param $context i32) (param $size i32) (param $end i32)
  (param $answer i32) (result i32)
  (local $left i32)
  (local $at i32)
  (global.set $result (local.get $answer))
  (global.set $base
    (i32.load offset=12288
      (i32.shl (i32.load offset=8192 (i32.shl (local.get $context) (i32.const 2))) (i32.const 2))))
  (if (i32.eqz (global.get $base)) (then (return (local.get $answer))))
  (local.set $left (i32.load (global.get $base)))
  (local.set $at (i32.add (global.get $base) (i32.const 4)))
  (block $end_of_program
    (loop $next
      (br_if $end_of_program (i32.eqz (local.get $left)))
      (if (i32.and
            (i32.eq (i32.load8_u (local.get $at)) (local.get $callback))
            (i32.or
              (i32.eqz (i32.load8_u offset=1 (local.get $at)))
              (i32.eq (i32.load8_u offset=1 (local.get $at)) (local.get $context))))
        (then
          (global.set $record (local.get $at))
          (call $perform (i32.load8_u offset=2 (local.get $at)) (local.get $size) (local.get $end))))
      (local.set $at (i32.add (local.get $at) (i32.const 60)))
      (local.set $left (i32.sub (local.get $left) (i32.const 1)))
      (br $next)))
  (global.get $result))
(func (export "_initialize") (call $preset))
(func (export "proxy_on_context_create") (param $context i32) (param $parent i32)
  (i32.store offset=8192
    (i32.shl (local.get $context) (i32.const 2))
    (select (local.get $parent) (local.get $context) (local.get $parent)))
  (if (local.get $parent)
    (then
      (drop (call $run (i32.const ${callbacks.create}) (local.get $context) (i32.const 0) (i32.const 0) (i32.const 0))))
    (else
      (if (i32.eqz
            (call $proxy_get_buffer_bytes (i32.const 7) (i32.const 0) (i32.const -1) (i32.const 0) (i32.const 8)))
        (then
          (if (i32.load (i32.const 8))
            (then
              (i32.store offset=12288 (i32.shl (local.get $context) (i32.const 2)) (i32.load (i32.const 0)))))))
      (call $preset)
      (drop (call $run (i32.const ${callbacks.createPlugin}) (local.get $context) (i32.const 0) (i32.const 0) (i32.const 0))))))`;
