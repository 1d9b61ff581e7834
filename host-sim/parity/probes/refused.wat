;; Refuses to start or its configuration: v vm_start answers 0, c configure answers 0, any other
;; first byte of the configuration is accepted.
(global $mode (mut i32) (i32.const 0))
(func (export "proxy_on_context_create") (param $context i32) (param $parent i32)
  (if (i32.eqz (local.get $parent))
    (then
      (call $report_bytes @"configuration"
        (call $get_buffer (i32.const 7) (i32.const 0) (i32.const -1) (i32.const 0) (i32.const 8)))
      (global.set $mode (i32.load8_u (i32.const 262144))))))
(func (export "proxy_on_vm_start") (param i32 i32) (result i32)
  (call $report_bytes @"VM configuration"
    (call $get_buffer (i32.const 6) (i32.const 0) (i32.const -1) (i32.const 0) (i32.const 8)))
  (i32.ne (global.get $mode) (i32.const 0x76)))
(func (export "proxy_on_configure") (param i32 i32) (result i32)
  (call $report_bytes @"configuration"
    (call $get_buffer (i32.const 7) (i32.const 2) (i32.const 3) (i32.const 0) (i32.const 8)))
  (i32.ne (global.get $mode) (i32.const 0x63)))
