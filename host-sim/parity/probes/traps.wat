;; Traps as the configuration says: its first byte is the kind, its second the callback.
;; kinds: u unreachable, m memory, d divide by zero, r remainder by zero, o divide overflow,
;;        f float to integer, t null table entry, i table index, s endless recursion
;; callbacks: n new_connection, d downstream_data, u upstream_data, c configure, v vm_start,
;;            x context_create of a connection, p context_create of the plugin,
;;            l log, e downstream close, k done, y delete
(type $nothing (func))
(table 4 funcref)
(global $kind (mut i32) (i32.const 0))
(global $where (mut i32) (i32.const 0))

(func $recurse (param $n i32) (result i32)
  (i32.add (call $recurse (i32.add (local.get $n) (i32.const 1))) (i32.const 1)))
(func $is (param $kind i32) (result i32) (i32.eq (global.get $kind) (local.get $kind)))
(func $fall
  (local $zero i32)
  (if (call $is (i32.const 0x75)) (then (unreachable)))
  (if (call $is (i32.const 0x6d)) (then (drop (i32.load (i32.const -4)))))
  (if (call $is (i32.const 0x64))
    (then (drop (i32.div_u (i32.const 1) (local.get $zero)))))
  (if (call $is (i32.const 0x72))
    (then (drop (i32.rem_s (i32.const 1) (local.get $zero)))))
  (if (call $is (i32.const 0x6f))
    (then (drop (i32.div_s (i32.const 0x80000000) (i32.sub (local.get $zero) (i32.const 1))))))
  (if (call $is (i32.const 0x66))
    (then (drop (i32.trunc_f64_s (f64.const 1e300)))))
  (if (call $is (i32.const 0x74))
    (then (call_indirect (type $nothing) (i32.const 1))))
  (if (call $is (i32.const 0x69))
    (then (call_indirect (type $nothing) (i32.const 77))))
  (if (call $is (i32.const 0x73))
    (then (drop (call $recurse (i32.const 0))))))
(func $at (param $callback i32)
  (if (i32.eq (global.get $where) (local.get $callback)) (then (call $fall))))
(func $read_configuration
  (local $status i32)
  (local.set $status
    (call $get_buffer (i32.const 7) (i32.const 0) (i32.const 2) (i32.const 0) (i32.const 8)))
  (if (i32.eqz (local.get $status))
    (then
      (global.set $kind (i32.load8_u (i32.load (i32.const 0))))
      (global.set $where (i32.load8_u offset=1 (i32.load (i32.const 0)))))))

(func $create (export "proxy_on_context_create") (param $context i32) (param $parent i32)
  (if (local.get $parent)
    (then (call $at (i32.const 0x78)))
    (else (call $read_configuration) (call $at (i32.const 0x70)))))
(func $start (export "proxy_on_vm_start") (param i32 i32) (result i32)
  (call $at (i32.const 0x76)) (i32.const 1))
(func $configure (export "proxy_on_configure") (param i32 i32) (result i32)
  (call $at (i32.const 0x63)) (i32.const 1))
(func $new_connection (export "proxy_on_new_connection") (param i32) (result i32)
  (call $at (i32.const 0x6e)) (i32.const 0))
(func $downstream_data (export "proxy_on_downstream_data") (param i32 i32 i32) (result i32)
  (call $at (i32.const 0x64)) (i32.const 0))
(func $upstream_data (export "proxy_on_upstream_data") (param i32 i32 i32) (result i32)
  (call $at (i32.const 0x75)) (i32.const 0))
(func $downstream_close (export "proxy_on_downstream_connection_close") (param i32 i32)
  (call $at (i32.const 0x65)))
(func $on_done (export "proxy_on_done") (param i32) (result i32)
  (call $at (i32.const 0x6b)) (i32.const 1))
(func $on_log (export "proxy_on_log") (param i32) (call $at (i32.const 0x6c)))
(func $on_delete (export "proxy_on_delete") (param i32) (call $at (i32.const 0x79)))
