;; envoy_resolve_dns for names that need a name server; not played in Envoy.
(import "env" "envoy_resolve_dns" (func $dns (param i32 i32 i32) (result i32)))
(func (export "proxy_on_new_connection") (param $context i32) (result i32)
  (call $report @"a" (call $dns @"a.example" (i32.const 0)))
  (call $report @"b" (call $dns @"b.example" (i32.const 0)))
  (call $report @"c" (call $dns @"c.example" (i32.const 0)))
  (i32.const 0))
(func (export "envoy_on_resolve_dns") (param $context i32) (param $token i32) (param $size i32)
  (call $report_bytes @"call data"
    (call $get_buffer (i32.const 8) (i32.const 0) (i32.const -1) (i32.const 0) (i32.const 8))))
