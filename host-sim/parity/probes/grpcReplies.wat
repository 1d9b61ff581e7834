;; Calls the cluster "grpc" over gRPC. The configuration is a list of letters, one call each: c a call,
;; t a call with a timeout of 20 ms, s a stream, m a message on the last stream, e one that ends it,
;; o a close and x a cancellation of it, q a cancellation of the last call. A digit instead acts on the
;; stream from within callbacks: 1 cancels it in its initial metadata, 2 in its first message, 3 closes
;; it there, 4 sends another message there; 0 asks
;; for all of the initial metadata.
(import "env" "proxy_grpc_call" (func $grpc_call (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)))
(import "env" "proxy_grpc_stream" (func $grpc_stream (param i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)))
(import "env" "proxy_grpc_send" (func $grpc_send (param i32 i32 i32 i32) (result i32)))
(import "env" "proxy_grpc_cancel" (func $grpc_cancel (param i32) (result i32)))
(import "env" "proxy_grpc_close" (func $grpc_close (param i32) (result i32)))
(global $length (mut i32) (i32.const 0))
(global $digit_given (mut i32) (i32.const 0))
(func (export "proxy_on_configure") (param $context i32) (param $size i32) (result i32)
  (drop (call $get_buffer (i32.const 7) (i32.const 0) (i32.const -1) (i32.const 0) (i32.const 8)))
  (global.set $length (local.get $size))
  (call $preset)
  (i32.const 1))
;; Places of the tokens: 32 of the last call, 36 of the last stream.
(func $stream (result i32) (i32.load (i32.const 36)))
(func $token (param $at i32) (call $puts @"token ") (call $decimal (i32.load (local.get $at))) (call $flush))
(func $call (param $timeout i32)
  (call $report @"call"
    (call $grpc_call @"grpc" @"a.Service" @"Method" @"" @"request" (local.get $timeout) (i32.const 32)))
  (call $token (i32.const 32)))
(func $is (param $letter i32) (param $wanted i32) (result i32) (i32.eq (local.get $letter) (local.get $wanted)))
(func $do (param $letter i32)
  (if (call $is (local.get $letter) (i32.const 0x63)) (then (call $call (i32.const 0))))
  (if (call $is (local.get $letter) (i32.const 0x74)) (then (call $call (i32.const 20))))
  (if (call $is (local.get $letter) (i32.const 0x73)) (then
    (call $report @"stream"
      (call $grpc_stream @"grpc" @"a.Service" @"Method" @"" (i32.const 36)))
    (call $token (i32.const 36))))
  (if (call $is (local.get $letter) (i32.const 0x6d)) (then
    (call $report @"send" (call $grpc_send (call $stream) @"message" (i32.const 0)))))
  (if (call $is (local.get $letter) (i32.const 0x65)) (then
    (call $report @"send last" (call $grpc_send (call $stream) @"last" (i32.const 1)))))
  (if (call $is (local.get $letter) (i32.const 0x6f)) (then
    (call $report @"close" (call $grpc_close (call $stream)))))
  (if (call $is (local.get $letter) (i32.const 0x78)) (then
    (call $report @"cancel" (call $grpc_cancel (call $stream)))))
  (if (call $is (local.get $letter) (i32.const 0x71)) (then
    (call $report @"cancel call" (call $grpc_cancel (i32.load (i32.const 32))))))
  (if (i32.lt_u (local.get $letter) (i32.const 0x40)) (then (global.set $digit_given (local.get $letter)))))
(func (export "proxy_on_new_connection") (param $context i32) (result i32)
  (local $i i32)
  (block $done
    (loop $next
      (br_if $done (i32.ge_u (local.get $i) (global.get $length)))
      (call $do (i32.load8_u (i32.add (i32.const 262144) (local.get $i))))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br $next)))
  (i32.const 0))
(func $state
  (call $report_bytes @"status" (call $get_status (i32.const 40) (i32.const 0) (i32.const 8)))
  (call $puts @"code ") (call $decimal (i32.load (i32.const 40))) (call $flush)
  (call $report_bytes @"message" (call $get_buffer (i32.const 5) (i32.const 0) (i32.const -1) (i32.const 0) (i32.const 8)))
  (call $report @"buffer" (call $buffer_status (i32.const 5) (i32.const 0) (i32.const 8)))
  (call $report_bytes @"call data" (call $get_buffer (i32.const 8) (i32.const 0) (i32.const -1) (i32.const 0) (i32.const 8)))
  ;; In the others is how long the server took.
  (if (i32.eq (global.get $digit_given) (i32.const 0x30)) (then
    (call $report_bytes @"initial" (call $get_pairs (i32.const 4) (i32.const 0) (i32.const 8)))))
  (call $report_bytes @"metadata" (call $get_header (i32.const 4) @"x-one" (i32.const 0) (i32.const 8)))
  (call $report_bytes @"type" (call $get_header (i32.const 4) @"Content-Type" (i32.const 0) (i32.const 8)))
  (call $report_bytes @"trailing" (call $get_pairs (i32.const 5) (i32.const 0) (i32.const 8)))
  (call $report_bytes @"grpc-status" (call $get_header (i32.const 5) @"grpc-status" (i32.const 0) (i32.const 8))))
(func (export "proxy_on_grpc_receive_initial_metadata") (param i32 i32 i32)
  (call $state)
  (if (i32.eq (global.get $digit_given) (i32.const 0x31)) (then (call $do (i32.const 0x78)))))
(func (export "proxy_on_grpc_receive") (param i32 i32 i32)
  (call $state)
  (call $report @"edit" (call $set_buffer (i32.const 5) (i32.const 0) (i32.const 1) @"Z"))
  (call $report_bytes @"message" (call $get_buffer (i32.const 5) (i32.const 0) (i32.const -1) (i32.const 0) (i32.const 8)))
  (if (i32.eq (global.get $digit_given) (i32.const 0x32)) (then (call $do (i32.const 0x78))))
  (if (i32.eq (global.get $digit_given) (i32.const 0x33)) (then (call $do (i32.const 0x6f))))
  (if (i32.eq (global.get $digit_given) (i32.const 0x34)) (then
    (global.set $digit_given (i32.const 0))
    (call $do (i32.const 0x6d)))))
(func (export "proxy_on_grpc_receive_trailing_metadata") (param i32 i32 i32) (call $state))
(func (export "proxy_on_grpc_close") (param $context i32) (param $token i32) (param $status i32)
  (call $state)
  (call $report @"send" (call $grpc_send (local.get $token) @"m" (i32.const 1)))
  (call $report @"close" (call $grpc_close (local.get $token)))
  (call $report @"close again" (call $grpc_close (local.get $token))))
(func (export "proxy_on_downstream_data") (param $context i32) (param $size i32) (param $end i32) (result i32)
  (call $report_bytes @"status" (call $get_status (i32.const 40) (i32.const 0) (i32.const 8)))
  (call $report_bytes @"message" (call $get_buffer (i32.const 5) (i32.const 0) (i32.const -1) (i32.const 0) (i32.const 8)))
  (i32.const 0))
