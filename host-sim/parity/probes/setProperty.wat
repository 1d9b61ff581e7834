;; proxy_set_property and what proxy_get_property then finds; bad pointers of both.
(func $get (param $path i32) (param $length i32)
  (call $report_bytes (local.get $path) (local.get $length)
    (call $get_property (local.get $path) (local.get $length) (i32.const 0) (i32.const 8))))

(func $table
  (call $report @"set one" (call $set_property @"one" @"1"))
  (call $get @"one")
  (call $get @"filter_state\00wasm.one")
  (call $report @"set one again" (call $set_property @"one" @"second"))
  (call $get @"one")
  (call $report @"set empty value" (call $set_property @"none" @""))
  (call $get @"none")
  (call $report @"set two segments" (call $set_property @"two\00parts" @"2"))
  (call $get @"two\00parts")
  (call $report @"set an attribute" (call $set_property @"source\00address" @"spoofed"))
  (call $get @"source\00address")
  (call $report @"set plugin_name" (call $set_property @"plugin_name" @"spoofed"))
  (call $get @"plugin_name")
  (call $report @"set the cluster"
    (call $set_property @"filter_state\00envoy.tcp_proxy.cluster" @"c2"))
  (call $get @"filter_state\00envoy.tcp_proxy.cluster")
  (call $report @"set empty key" (call $set_property @"" @"e"))
  (call $get @"")
  (call $get @"filter_state\00wasm.")
  (call $report @"set: key out of memory"
    (call $set_property (i32.const -4) (i32.const 8) @"v"))
  (call $report @"set: value out of memory"
    (call $set_property @"x" (i32.const 0x7fffffff) (i32.const 1)))
  (call $report @"get: path out of memory"
    (call $get_property (i32.const 0x10000000) (i32.const 1) (i32.const 0) (i32.const 8)))
  (call $report @"get: bad pointer result"
    (call $get_property @"plugin_name" (i32.const 0x7fffffff) (i32.const 8)))
  (call $report @"get: bad size result"
    (call $get_property @"plugin_name" (i32.const 0) (i32.const 0x7fffffff)))
  (call $report @"get: bad result of a missing one"
    (call $get_property @"missing" (i32.const 0x7fffffff) (i32.const 8))))

(func (export "proxy_on_configure") (param i32 i32) (result i32) (call $table) (i32.const 1))
(func (export "proxy_on_new_connection") (param i32) (result i32) (call $table) (i32.const 0))
(func (export "proxy_on_delete") (param i32) (call $table))
