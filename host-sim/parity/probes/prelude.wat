;; In front of every probe: memory, a bump allocator, the host calls, and a way to say what a host
;; call answered. Memory: 0–63 result words, 256–32767 text of a report, 65536– string literals
;; of the probe, 262144– what the allocator hands out.
(import "env" "proxy_log" (func $log (param i32 i32 i32) (result i32)))
(import "env" "proxy_get_property" (func $get_property (param i32 i32 i32 i32) (result i32)))
(import "env" "proxy_set_property" (func $set_property (param i32 i32 i32 i32) (result i32)))
(import "env" "proxy_call_foreign_function"
  (func $call_foreign (param i32 i32 i32 i32 i32 i32) (result i32)))
(import "env" "proxy_get_buffer_bytes" (func $get_buffer (param i32 i32 i32 i32 i32) (result i32)))
(import "env" "proxy_set_buffer_bytes" (func $set_buffer (param i32 i32 i32 i32 i32) (result i32)))
(import "env" "proxy_get_buffer_status" (func $buffer_status (param i32 i32 i32) (result i32)))
(import "env" "proxy_continue_stream" (func $continue (param i32) (result i32)))
(import "env" "proxy_close_stream" (func $close (param i32) (result i32)))
(import "env" "proxy_set_effective_context" (func $set_context (param i32) (result i32)))
(import "env" "proxy_get_status" (func $get_status (param i32 i32 i32) (result i32)))
(import "env" "proxy_get_log_level" (func $log_level (param i32) (result i32)))
(import "env" "proxy_get_current_time_nanoseconds" (func $time (param i32) (result i32)))
(import "env" "proxy_set_tick_period_milliseconds" (func $tick (param i32) (result i32)))
(import "env" "proxy_done" (func $done (result i32)))
(import "env" "proxy_define_metric" (func $define (param i32 i32 i32 i32) (result i32)))
(import "env" "proxy_increment_metric" (func $increment (param i32 i64) (result i32)))
(import "env" "proxy_record_metric" (func $record (param i32 i64) (result i32)))
(import "env" "proxy_get_metric" (func $get_metric (param i32 i32) (result i32)))
(import "env" "proxy_get_shared_data" (func $get_shared (param i32 i32 i32 i32 i32) (result i32)))
(import "env" "proxy_set_shared_data" (func $set_shared (param i32 i32 i32 i32 i32) (result i32)))
(import "env" "proxy_register_shared_queue" (func $register (param i32 i32 i32) (result i32)))
(import "env" "proxy_resolve_shared_queue"
  (func $resolve (param i32 i32 i32 i32 i32) (result i32)))
(import "env" "proxy_enqueue_shared_queue" (func $enqueue (param i32 i32 i32) (result i32)))
(import "env" "proxy_dequeue_shared_queue" (func $dequeue (param i32 i32 i32) (result i32)))
(import "env" "proxy_get_header_map_value"
  (func $get_header (param i32 i32 i32 i32 i32) (result i32)))
(import "env" "proxy_add_header_map_value"
  (func $add_header (param i32 i32 i32 i32 i32) (result i32)))
(import "env" "proxy_replace_header_map_value"
  (func $replace_header (param i32 i32 i32 i32 i32) (result i32)))
(import "env" "proxy_remove_header_map_value"
  (func $remove_header (param i32 i32 i32) (result i32)))
(import "env" "proxy_get_header_map_pairs" (func $get_pairs (param i32 i32 i32) (result i32)))
(import "env" "proxy_set_header_map_pairs" (func $set_pairs (param i32 i32 i32) (result i32)))
(import "env" "proxy_get_header_map_size" (func $header_size (param i32 i32) (result i32)))
(import "env" "proxy_send_local_response"
  (func $local_response (param i32 i32 i32 i32 i32 i32 i32 i32) (result i32)))

(memory (export "memory") 16)
(global $heap (mut i32) (i32.const 262144))
(global $cursor (mut i32) (i32.const 256))
(func (export "proxy_abi_version_0_2_1"))

;; default malloc
(func $malloc (export "malloc") (param $size i32) (result i32)
  (local $at i32)
  (local.set $at (global.get $heap))
  (global.set $heap
    (i32.and (i32.add (i32.add (global.get $heap) (local.get $size)) (i32.const 7)) (i32.const -8)))
  (local.get $at))
;; end

;; Text of a report, written from 256 on.
(func $put (param $byte i32)
  (i32.store8 (global.get $cursor) (local.get $byte))
  (global.set $cursor (i32.add (global.get $cursor) (i32.const 1))))
(func $puts (param $at i32) (param $length i32)
  (block $end
    (loop $next
      (br_if $end (i32.eqz (local.get $length)))
      (call $put (i32.load8_u (local.get $at)))
      (local.set $at (i32.add (local.get $at) (i32.const 1)))
      (local.set $length (i32.sub (local.get $length) (i32.const 1)))
      (br $next))))
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
(func $flush
  (drop (call $log (i32.const 2) (i32.const 256) (i32.sub (global.get $cursor) (i32.const 256))))
  (global.set $cursor (i32.const 256)))

;; Presets the result words 0–23, so that "untouched" shows as eeeeeeee.
(func $preset
  (i64.store (i32.const 0) (i64.const 0xeeeeeeeeeeeeeeee))
  (i64.store (i32.const 8) (i64.const 0xeeeeeeeeeeeeeeee))
  (i64.store (i32.const 16) (i64.const 0xeeeeeeeeeeeeeeee)))

;; Logs "label = status", and the two result words at 0 and 8 as they lie in memory.
(func $report (param $label i32) (param $length i32) (param $status i32)
  (call $puts (local.get $label) (local.get $length))
  (call $put (i32.const 61))
  (call $decimal (local.get $status))
  (call $put (i32.const 32))
  (call $hex (i32.const 0) (i32.const 8))
  (call $put (i32.const 32))
  (call $hex (i32.const 8) (i32.const 8))
  (call $flush)
  (call $preset))
;; The same, and the bytes that the words point to.
(func $report_bytes (param $label i32) (param $length i32) (param $status i32)
  (if (i32.and (i32.eqz (local.get $status)) (i32.lt_u (i32.load (i32.const 8)) (i32.const 4096)))
    (then
      (call $puts (local.get $label) (local.get $length))
      (call $put (i32.const 61))
      (call $hex (i32.load (i32.const 0)) (i32.load (i32.const 8)))
      (call $flush)))
  (call $report (local.get $label) (local.get $length) (local.get $status)))

;; default _initialize
(func (export "_initialize") (call $preset))
;; end
;; default proxy_on_context_create
(func (export "proxy_on_context_create") (param $context i32) (param $parent i32))
;; end
;; default proxy_on_vm_start
(func (export "proxy_on_vm_start") (param $context i32) (param $size i32) (result i32)
  (i32.const 1))
;; end
;; default proxy_on_configure
(func (export "proxy_on_configure") (param $context i32) (param $size i32) (result i32)
  (i32.const 1))
;; end
;; default proxy_on_new_connection
(func (export "proxy_on_new_connection") (param $context i32) (result i32) (i32.const 0))
;; end
;; default proxy_on_downstream_data
(func (export "proxy_on_downstream_data") (param $context i32) (param $size i32) (param $end i32)
  (result i32)
  (i32.const 0))
;; end
;; default proxy_on_upstream_data
(func (export "proxy_on_upstream_data") (param $context i32) (param $size i32) (param $end i32)
  (result i32)
  (i32.const 0))
;; end
;; default proxy_on_downstream_connection_close
(func (export "proxy_on_downstream_connection_close") (param $context i32) (param $peer i32))
;; end
;; default proxy_on_upstream_connection_close
(func (export "proxy_on_upstream_connection_close") (param $context i32) (param $peer i32))
;; end
;; default proxy_on_done
(func (export "proxy_on_done") (param $context i32) (result i32) (i32.const 1))
;; end
;; default proxy_on_log
(func (export "proxy_on_log") (param $context i32))
;; end
;; default proxy_on_delete
(func (export "proxy_on_delete") (param $context i32))
;; end
