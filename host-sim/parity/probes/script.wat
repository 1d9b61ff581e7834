;; A guest that does what its configuration says, for random scenarios. The configuration is a list
;; of three-letter records: callback, context, action.
;; callbacks: x create  n new connection  d downstream data  u upstream data  e downstream close
;;            f upstream close  k done  l log  y delete
;; context:   its last digit, or *
;; actions:   s return 1   S return 1 while there are less than 8 bytes and no end
;;            c continue   C close downstream   U close upstream   t trap
;;            1 2 D N set the cluster to c1, c2, dead, nowhere
;;            p prepend  a append  r replace all  z drop all, in the callback's buffer
;;            g h read the downstream, the upstream buffer   q read some properties
;;            E F G take context 2, 3, 1 as the effective one
(global $program (mut i32) (i32.const 0))
(global $length (mut i32) (i32.const 0))
(global $result (mut i32) (i32.const 0))

(func (export "proxy_on_configure") (param $context i32) (param $size i32) (result i32)
  (call $report @"program"
    (call $get_buffer (i32.const 7) (i32.const 0) (i32.const -1) (i32.const 0) (i32.const 8)))
  ;; where the allocator put its first block
  (global.set $program (i32.const 262144))
  (global.set $length (local.get $size))
  (i32.const 1))

(func $cluster (param $bytes i32) (param $size i32)
  (call $report @"cluster"
    (call $call_foreign @"set_envoy_filter_state" (local.get $bytes) (local.get $size)
      (i32.const 0) (i32.const 8))))
(func $read (param $type i32)
  (call $report_bytes @"buffer"
    (call $get_buffer (local.get $type) (i32.const 0) (i32.const -1) (i32.const 0) (i32.const 8))))
(func $edit (param $type i32) (param $start i32) (param $drop i32) (param $bytes i32)
  (param $size i32)
  (call $report @"edit"
    (call $set_buffer (local.get $type) (local.get $start) (local.get $drop)
      (local.get $bytes) (local.get $size))))
(func $property (param $path i32) (param $size i32)
  (call $report_bytes @"property"
    (call $get_property (local.get $path) (local.get $size) (i32.const 0) (i32.const 8))))
(func $properties
  (call $property @"source\00port")
  (call $property @"upstream\00address")
  (call $property @"xds\00cluster_name")
  (call $property @"request\00size")
  (call $property @"response\00size")
  (call $property @"response\00flags")
  (call $property @"upstream\00request_attempt_count")
  (call $property @"upstream\00transport_failure_reason")
  (call $property @"xds\00upstream_host_metadata")
  (call $property @"filter_state\00envoy.tcp_proxy.cluster"))

(func $act (param $action i32) (param $type i32) (param $size i32) (param $end i32)
  (if (i32.eq (local.get $action) (i32.const 0x73)) (then (global.set $result (i32.const 1))))
  (if (i32.eq (local.get $action) (i32.const 0x53))
    (then
      (global.set $result
        (i32.and (i32.lt_u (local.get $size) (i32.const 8)) (i32.eqz (local.get $end))))))
  (if (i32.eq (local.get $action) (i32.const 0x63))
    (then (call $report @"continue" (call $continue (i32.const 2)))))
  (if (i32.eq (local.get $action) (i32.const 0x43))
    (then (call $report @"close" (call $close (i32.const 2)))))
  (if (i32.eq (local.get $action) (i32.const 0x55))
    (then (call $report @"close upstream" (call $close (i32.const 3)))))
  (if (i32.eq (local.get $action) (i32.const 0x74)) (then (unreachable)))
  (if (i32.eq (local.get $action) (i32.const 0x31))
    (then (call $cluster @"\0a\17envoy.tcp_proxy.cluster\12\02c1")))
  (if (i32.eq (local.get $action) (i32.const 0x32))
    (then (call $cluster @"\0a\17envoy.tcp_proxy.cluster\12\02c2")))
  (if (i32.eq (local.get $action) (i32.const 0x44))
    (then (call $cluster @"\0a\17envoy.tcp_proxy.cluster\12\04dead")))
  (if (i32.eq (local.get $action) (i32.const 0x4e))
    (then (call $cluster @"\0a\17envoy.tcp_proxy.cluster\12\07nowhere")))
  (if (i32.eq (local.get $action) (i32.const 0x70))
    (then (call $edit (local.get $type) (i32.const 0) (i32.const 0) @"<<")))
  (if (i32.eq (local.get $action) (i32.const 0x61))
    (then (call $edit (local.get $type) (i32.const 9999) (i32.const 0) @">>")))
  (if (i32.eq (local.get $action) (i32.const 0x72))
    (then (call $edit (local.get $type) (i32.const 0) (i32.const -1) @"R")))
  (if (i32.eq (local.get $action) (i32.const 0x7a))
    (then (call $edit (local.get $type) (i32.const 0) (i32.const -1) @"")))
  (if (i32.eq (local.get $action) (i32.const 0x67)) (then (call $read (i32.const 2))))
  (if (i32.eq (local.get $action) (i32.const 0x68)) (then (call $read (i32.const 3))))
  (if (i32.eq (local.get $action) (i32.const 0x71)) (then (call $properties)))
  (if (i32.eq (local.get $action) (i32.const 0x45))
    (then (call $report @"context 2" (call $set_context (i32.const 2)))))
  (if (i32.eq (local.get $action) (i32.const 0x46))
    (then (call $report @"context 3" (call $set_context (i32.const 3)))))
  (if (i32.eq (local.get $action) (i32.const 0x47))
    (then (call $report @"context 1" (call $set_context (i32.const 1))))))

;; Runs the records of a callback, in their order; answers what the callback returns.
(func $run (param $callback i32) (param $context i32) (param $type i32) (param $size i32)
  (param $end i32) (result i32)
  (local $i i32) (local $at i32) (local $which i32)
  (global.set $result (i32.const 0))
  (block $done
    (loop $next
      (br_if $done
        (i32.gt_u (i32.add (local.get $i) (i32.const 3)) (global.get $length)))
      (local.set $at (i32.add (global.get $program) (local.get $i)))
      (local.set $which (i32.load8_u offset=1 (local.get $at)))
      (if (i32.and
            (i32.eq (i32.load8_u (local.get $at)) (local.get $callback))
            (i32.or
              (i32.eq (local.get $which) (i32.const 0x2a))
              (i32.eq (local.get $which) (i32.add (local.get $context) (i32.const 48)))))
        (then
          (call $act (i32.load8_u offset=2 (local.get $at)) (local.get $type) (local.get $size)
            (local.get $end))))
      (local.set $i (i32.add (local.get $i) (i32.const 3)))
      (br $next)))
  (global.get $result))

(func (export "proxy_on_context_create") (param $context i32) (param $parent i32)
  (if (local.get $parent)
    (then (drop (call $run (i32.const 0x78) (local.get $context) (i32.const 2) (i32.const 0) (i32.const 0))))))
(func (export "proxy_on_new_connection") (param $context i32) (result i32)
  (call $run (i32.const 0x6e) (local.get $context) (i32.const 2) (i32.const 0) (i32.const 0)))
(func (export "proxy_on_downstream_data") (param $context i32) (param $size i32) (param $end i32) (result i32)
  (call $run (i32.const 0x64) (local.get $context) (i32.const 2) (local.get $size) (local.get $end)))
(func (export "proxy_on_upstream_data") (param $context i32) (param $size i32) (param $end i32) (result i32)
  (call $run (i32.const 0x75) (local.get $context) (i32.const 3) (local.get $size) (local.get $end)))
(func (export "proxy_on_downstream_connection_close") (param $context i32) (param $peer i32)
  (drop (call $run (i32.const 0x65) (local.get $context) (i32.const 2) (i32.const 0) (i32.const 0))))
(func (export "proxy_on_upstream_connection_close") (param $context i32) (param $peer i32)
  (drop (call $run (i32.const 0x66) (local.get $context) (i32.const 3) (i32.const 0) (i32.const 0))))
(func (export "proxy_on_done") (param $context i32) (result i32)
  (call $run (i32.const 0x6b) (local.get $context) (i32.const 2) (i32.const 0) (i32.const 0)))
(func (export "proxy_on_log") (param $context i32)
  (drop (call $run (i32.const 0x6c) (local.get $context) (i32.const 2) (i32.const 0) (i32.const 0))))
(func (export "proxy_on_delete") (param $context i32)
  (drop (call $run (i32.const 0x79) (local.get $context) (i32.const 2) (i32.const 0) (i32.const 0))))
