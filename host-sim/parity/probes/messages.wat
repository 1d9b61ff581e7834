;; Hands every message of its configuration to set_envoy_filter_state and reads the key back.
;; The configuration is a list of messages, each after its length in one byte.
(global $size (mut i32) (i32.const 0))
(func (export "proxy_on_configure") (param $context i32) (param $length i32) (result i32)
  (call $report @"messages"
    (call $get_buffer (i32.const 7) (i32.const 0) (i32.const -1) (i32.const 0) (i32.const 8)))
  (global.set $size (local.get $length))
  (i32.const 1))
;; The configuration lies where the allocator put its first block.
(func (export "proxy_on_new_connection") (param $context i32) (result i32)
  (local $at i32) (local $end i32) (local $length i32)
  (local.set $at (i32.const 262144))
  (local.set $end (i32.add (local.get $at) (global.get $size)))
  (block $done
    (loop $next
      (br_if $done (i32.ge_u (local.get $at) (local.get $end)))
      (local.set $length (i32.load8_u (local.get $at)))
      (call $report @"set"
        (call $call_foreign @"set_envoy_filter_state"
          (i32.add (local.get $at) (i32.const 1)) (local.get $length)
          (i32.const 0) (i32.const 8)))
      (call $report_bytes @"cluster"
        (call $get_property @"filter_state\00envoy.tcp_proxy.cluster" (i32.const 0) (i32.const 8)))
      (local.set $at
        (i32.add (i32.add (local.get $at) (i32.const 1)) (local.get $length)))
      (br $next)))
  (i32.const 0))
