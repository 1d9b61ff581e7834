;; Sets the cluster to the plugin's configuration, byte for byte: any name, also of 200 bytes.
(global $name (mut i32) (i32.const 0))
(global $size (mut i32) (i32.const 0))

(func (export "proxy_on_configure") (param $context i32) (param $length i32) (result i32)
  (call $report @"configuration"
    (call $get_buffer (i32.const 7) (i32.const 0) (local.get $length) (i32.const 0) (i32.const 8)))
  (global.set $size (local.get $length))
  (i32.const 1))

;; The configuration's bytes are where the allocator put its first block: 262144.
(func (export "proxy_on_new_connection") (param $context i32) (result i32)
  (local $at i32)
  (global.set $cursor (i32.const 4096))
  (call $puts @"\0a\17envoy.tcp_proxy.cluster\12")
  (if (i32.ge_u (global.get $size) (i32.const 128))
    (then (call $put (i32.or (i32.and (global.get $size) (i32.const 127)) (i32.const 128)))
      (call $put (i32.shr_u (global.get $size) (i32.const 7))))
    (else (call $put (global.get $size))))
  (call $puts (i32.const 262144) (global.get $size))
  (local.set $at (i32.sub (global.get $cursor) (i32.const 4096)))
  (global.set $cursor (i32.const 256))
  (call $report @"set"
    (call $call_foreign @"set_envoy_filter_state"
      (i32.const 4096) (local.get $at) (i32.const 0) (i32.const 8)))
  (i32.const 0))
