;; A connection that is held, and what the next one does for it, as the configuration says:
;; j sets its cluster and lets it go   l edits its stopped data and lets it go   m closes it
;; y stops the FIN of the upstream      z stops the FIN of the client
(global $mode (mut i32) (i32.const 0))
(func $is (param $mode i32) (result i32) (i32.eq (global.get $mode) (local.get $mode)))
(func (export "proxy_on_configure") (param i32 i32) (result i32)
  (call $report @"configuration"
    (call $get_buffer (i32.const 7) (i32.const 0) (i32.const 1) (i32.const 0) (i32.const 8)))
  (global.set $mode (i32.load8_u (i32.const 262144)))
  (i32.const 1))
(func (export "proxy_on_new_connection") (param $context i32) (result i32)
  (if (i32.eq (local.get $context) (i32.const 2))
    (then (return (i32.or (call $is (i32.const 0x6a)) (call $is (i32.const 0x6d))))))
  (call $report @"effective context 2" (call $set_context (i32.const 2)))
  (call $report @"its source" (call $get_property @"source\00address" (i32.const 0) (i32.const 8)))
  (if (call $is (i32.const 0x6a))
    (then
      (call $report @"set"
        (call $call_foreign @"set_envoy_filter_state"
          @"\0a\17envoy.tcp_proxy.cluster\12\02c2" (i32.const 0) (i32.const 8)))
      (call $report @"continue" (call $continue (i32.const 2)))))
  (if (call $is (i32.const 0x6c))
    (then
      (call $report_bytes @"its data"
        (call $get_buffer (i32.const 2) (i32.const 0) (i32.const -1) (i32.const 0) (i32.const 8)))
      (call $report @"prepend"
        (call $set_buffer (i32.const 2) (i32.const 0) (i32.const 0) @"XX"))
      (call $report @"continue" (call $continue (i32.const 2)))))
  (if (call $is (i32.const 0x6d)) (then (call $report @"close" (call $close (i32.const 2)))))
  (i32.const 0))
(func (export "proxy_on_downstream_data") (param $context i32) (param $size i32) (param $end i32)
  (result i32)
  (if (i32.and (call $is (i32.const 0x6c)) (i32.eq (local.get $context) (i32.const 2)))
    (then (return (i32.const 1))))
  (i32.and (call $is (i32.const 0x7a)) (local.get $end)))
(func (export "proxy_on_upstream_data") (param $context i32) (param $size i32) (param $end i32)
  (result i32)
  (i32.and (call $is (i32.const 0x79)) (local.get $end)))
