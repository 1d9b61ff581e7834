;; The allocator traps: the host call that needed it fails, the guest goes on, then its VM is dead.
(func $malloc (export "malloc") (param i32) (result i32) (unreachable))
(func (export "proxy_on_new_connection") (param i32) (result i32)
  (call $report @"property" (call $get_property @"source\00address" (i32.const 0) (i32.const 8)))
  (call $report @"cluster"
    (call $call_foreign @"set_envoy_filter_state"
      @"\0a\17envoy.tcp_proxy.cluster\12\02c2" (i32.const 0) (i32.const 8)))
  (call $report @"property again"
    (call $get_property @"source\00port" (i32.const 0) (i32.const 8)))
  (i32.const 0))
