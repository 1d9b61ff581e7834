;; Stream control and buffers, as the first byte of the configuration says:
;; c close in new_connection      u close the upstream stream there    x close in context_create
;; s stop, never continue         n stop and continue in one callback  o close and continue
;; d continue, then close         r stop; the next connection's creation resumes the first
;; a stop data below 10 bytes     b close in downstream_data            e edit buffers both ways
;; p stop upstream data below 10  q close in upstream_data              v bad stream types
(global $mode (mut i32) (i32.const 0))
(func $is (param $mode i32) (result i32) (i32.eq (global.get $mode) (local.get $mode)))

(func (export "proxy_on_configure") (param i32 i32) (result i32)
  (call $report @"configuration"
    (call $get_buffer (i32.const 7) (i32.const 0) (i32.const 1) (i32.const 0) (i32.const 8)))
  (global.set $mode (i32.load8_u (i32.const 262144)))
  (i32.const 1))
(func (export "proxy_on_context_create") (param $context i32) (param $parent i32)
  (if (i32.and (call $is (i32.const 0x78)) (i32.ne (local.get $parent) (i32.const 0)))
    (then (call $report @"close" (call $close (i32.const 2))))))

(func (export "proxy_on_new_connection") (param $context i32) (result i32)
  (if (call $is (i32.const 0x63)) (then (call $report @"close" (call $close (i32.const 2)))))
  (if (call $is (i32.const 0x75)) (then (call $report @"close" (call $close (i32.const 3)))))
  (if (call $is (i32.const 0x6e))
    (then (call $report @"continue" (call $continue (i32.const 2))) (return (i32.const 1))))
  (if (call $is (i32.const 0x6f))
    (then
      (call $report @"close" (call $close (i32.const 2)))
      (call $report @"continue" (call $continue (i32.const 2)))
      (return (i32.const 1))))
  (if (call $is (i32.const 0x64))
    (then
      (call $report @"continue" (call $continue (i32.const 2)))
      (call $report @"close" (call $close (i32.const 2)))
      (return (i32.const 1))))
  (if (call $is (i32.const 0x72))
    (then
      (if (i32.eq (local.get $context) (i32.const 2)) (then (return (i32.const 1))))
      (call $report @"effective context 2" (call $set_context (i32.const 2)))
      (call $report @"continue" (call $continue (i32.const 2)))))
  (if (call $is (i32.const 0x76)) (then (call $types)))
  (call $is (i32.const 0x73)))

(func $types
  (call $report @"continue 0" (call $continue (i32.const 0)))
  (call $report @"continue 1" (call $continue (i32.const 1)))
  (call $report @"continue 3" (call $continue (i32.const 3)))
  (call $report @"continue 4" (call $continue (i32.const 4)))
  (call $report @"continue -1" (call $continue (i32.const -1)))
  (call $report @"close 0" (call $close (i32.const 0)))
  (call $report @"close 1" (call $close (i32.const 1)))
  (call $report @"close 4" (call $close (i32.const 4)))
  (call $report @"close -1" (call $close (i32.const -1)))
  (call $report @"effective context 77" (call $set_context (i32.const 77)))
  (call $report @"effective context 0" (call $set_context (i32.const 0)))
  (call $report @"property there"
    (call $get_property @"source\00address" (i32.const 0) (i32.const 8)))
  (call $report @"effective context 1" (call $set_context (i32.const 1)))
  (call $report @"property there"
    (call $get_property @"source\00address" (i32.const 0) (i32.const 8))))

(func $read (param $type i32) (param $start i32) (param $length i32)
  (call $report_bytes @"buffer"
    (call $get_buffer (local.get $type) (local.get $start) (local.get $length)
      (i32.const 0) (i32.const 8))))
(func $edit (param $type i32)
  (call $report @"status" (call $buffer_status (local.get $type) (i32.const 0) (i32.const 8)))
  (call $read (local.get $type) (i32.const 0) (i32.const -1))
  (call $read (local.get $type) (i32.const 1) (i32.const 2))
  (call $read (local.get $type) (i32.const 99) (i32.const 2))
  (call $read (local.get $type) (i32.const 0) (i32.const 0))
  (call $report @"prepend"
    (call $set_buffer (local.get $type) (i32.const 0) (i32.const 0) @"<<"))
  (call $report @"append"
    (call $set_buffer (local.get $type) (i32.const 99) (i32.const 0) @">>"))
  (call $report @"inside"
    (call $set_buffer (local.get $type) (i32.const 2) (i32.const 1) @"no"))
  (call $report @"bytes out of memory"
    (call $set_buffer (local.get $type) (i32.const 0) (i32.const 0) (i32.const -4) (i32.const 8)))
  (call $read (local.get $type) (i32.const 0) (i32.const -1))
  (call $report @"replace the first 3"
    (call $set_buffer (local.get $type) (i32.const 0) (i32.const 3) @"["))
  (call $read (local.get $type) (i32.const 0) (i32.const -1)))

(func (export "proxy_on_downstream_data") (param $context i32) (param $size i32) (param $end i32)
  (result i32)
  (if (call $is (i32.const 0x61))
    (then
      (call $read (i32.const 2) (i32.const 0) (i32.const -1))
      (return (i32.and (i32.lt_u (local.get $size) (i32.const 10)) (i32.eqz (local.get $end))))))
  (if (call $is (i32.const 0x62)) (then (call $report @"close" (call $close (i32.const 2)))))
  (if (call $is (i32.const 0x65))
    (then
      (call $edit (i32.const 2))
      (call $report @"the other buffer" (call $buffer_status (i32.const 3) (i32.const 0) (i32.const 8)))
      (call $report @"buffer 9"
        (call $get_buffer (i32.const 9) (i32.const 0) (i32.const 1) (i32.const 0) (i32.const 8)))
      (call $report @"buffer 7"
        (call $get_buffer (i32.const 7) (i32.const 0) (i32.const 1) (i32.const 0) (i32.const 8)))
      (call $report @"buffer 4"
        (call $get_buffer (i32.const 4) (i32.const 0) (i32.const 1) (i32.const 0) (i32.const 8)))
      (call $report @"buffer 0"
        (call $get_buffer (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 0) (i32.const 8)))))
  (i32.const 0))
(func (export "proxy_on_upstream_data") (param $context i32) (param $size i32) (param $end i32)
  (result i32)
  (if (call $is (i32.const 0x70))
    (then
      (call $read (i32.const 3) (i32.const 0) (i32.const -1))
      (return (i32.and (i32.lt_u (local.get $size) (i32.const 10)) (i32.eqz (local.get $end))))))
  (if (call $is (i32.const 0x71)) (then (call $report @"close" (call $close (i32.const 3)))))
  (if (call $is (i32.const 0x65)) (then (call $edit (i32.const 3))))
  (i32.const 0))
(func (export "proxy_on_downstream_connection_close") (param i32 i32)
  (if (call $is (i32.const 0x65))
    (then (call $report @"status at the end"
      (call $buffer_status (i32.const 2) (i32.const 0) (i32.const 8))))))
