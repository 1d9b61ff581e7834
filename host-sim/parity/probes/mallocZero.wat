;; The allocator has no memory left: address 0, and an address outside of memory.
(global $times (mut i32) (i32.const 0))
(func $malloc (export "malloc") (param i32) (result i32)
  (global.set $times (i32.add (global.get $times) (i32.const 1)))
  (select (i32.const 0) (i32.const 0x7fffffff) (i32.and (global.get $times) (i32.const 1))))
(func (export "proxy_on_new_connection") (param i32) (result i32)
  (call $report @"malloc answers 0"
    (call $get_property @"source\00address" (i32.const 0) (i32.const 8)))
  (call $report @"malloc answers an address outside"
    (call $get_property @"source\00address" (i32.const 0) (i32.const 8)))
  (call $report @"empty value" (call $get_property @"connection\00requested_server_name"
    (i32.const 0) (i32.const 8)))
  (i32.const 0))
