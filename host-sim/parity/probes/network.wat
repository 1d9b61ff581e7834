;; HTTP and gRPC calls as far as Envoy refuses them, and shared numbers: cas, queues and what
;; proxy_on_queue_ready is called with. Played in an Envoy of its own, since those are process-wide.
(import "env" "proxy_http_call" (func $http_call (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)))
(import "env" "proxy_grpc_call" (func $grpc_call (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)))
(import "env" "proxy_grpc_stream" (func $grpc_stream (param i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)))
(import "env" "proxy_grpc_send" (func $grpc_send (param i32 i32 i32 i32) (result i32)))
(import "env" "proxy_grpc_cancel" (func $grpc_cancel (param i32) (result i32)))
(import "env" "proxy_grpc_close" (func $grpc_close (param i32) (result i32)))

(func $http (param $label i32) (param $size i32) (param $cluster i32) (param $length i32)
  (param $headers i32) (param $bytes i32) (param $timeout i32)
  (call $report (local.get $label) (local.get $size)
    (call $http_call (local.get $cluster) (local.get $length) (local.get $headers) (local.get $bytes)
      @"" @"" (local.get $timeout) (i32.const 0))))

(func $calls
  (call $http @"http: unknown cluster" @"nowhere"
    @"\01\00\00\00\05\00\00\00\01\00\00\00:path\00/\00" (i32.const 100))
  (call $http @"http: no headers" @"c1" @"" (i32.const 100))
  (call $http @"http: path alone" @"c1"
    @"\01\00\00\00\05\00\00\00\01\00\00\00:path\00/\00" (i32.const 100))
  (call $http @"http: broken headers" @"c1" @"\09\00\00\00" (i32.const 100))
  (call $http @"http: negative timeout" @"c1" @"" (i32.const -1))
  (call $http @"http: cluster out of memory" (i32.const -4) (i32.const 8) @"" (i32.const 100))
  (call $report @"http: bad token pointer"
    (call $http_call @"c1" @"" @"" @"" (i32.const 100) (i32.const -2)))
  (call $report @"grpc: unknown cluster"
    (call $grpc_call @"nowhere" @"service" @"method" @"" @"" (i32.const 100) (i32.const 0)))
  (call $report @"grpc stream: unknown cluster"
    (call $grpc_stream @"nowhere" @"service" @"method" @"" (i32.const 0)))
  (call $report @"send 0" (call $grpc_send (i32.const 0) @"" (i32.const 0)))
  (call $report @"send 5" (call $grpc_send (i32.const 5) @"" (i32.const 0)))
  (call $report @"send 6" (call $grpc_send (i32.const 6) @"" (i32.const 1)))
  (call $report @"cancel 4" (call $grpc_cancel (i32.const 4)))
  (call $report @"cancel 5" (call $grpc_cancel (i32.const 5)))
  (call $report @"cancel 6" (call $grpc_cancel (i32.const 6)))
  (call $report @"cancel 7" (call $grpc_cancel (i32.const 7)))
  (call $report @"close 4" (call $grpc_close (i32.const 4)))
  (call $report @"close 5" (call $grpc_close (i32.const 5)))
  (call $report @"close 6" (call $grpc_close (i32.const 6))))

(func $shared
  (call $report @"set" (call $set_shared @"key" @"value" (i32.const 0)))
  (call $report_bytes @"get" (call $get_shared @"key" (i32.const 0) (i32.const 8) (i32.const 4)))
  (call $report @"set with cas 1" (call $set_shared @"key" @"again" (i32.const 1)))
  (call $report @"set with cas 1 again" (call $set_shared @"key" @"no" (i32.const 1)))
  (call $report_bytes @"get" (call $get_shared @"key" (i32.const 0) (i32.const 8) (i32.const 4))))

;; The queue's id is kept at 32.
(func $queues
  (call $report @"register" (call $register @"q" (i32.const 0)))
  (drop (call $register @"q" (i32.const 32)))
  (call $report @"register another" (call $register @"other" (i32.const 0)))
  (call $report @"resolve" (call $resolve @"" @"q" (i32.const 0)))
  (call $report @"resolve by VM id" (call $resolve @"network" @"q" (i32.const 0)))
  (call $report @"resolve by another" (call $resolve @"else" @"q" (i32.const 0)))
  (call $report @"enqueue" (call $enqueue (i32.load (i32.const 32)) @"first"))
  (call $report @"enqueue" (call $enqueue (i32.load (i32.const 32)) @"")))

(func (export "proxy_on_new_connection") (param $context i32) (result i32)
  (call $calls)
  (if (i32.eq (local.get $context) (i32.const 2)) (then (call $shared)))
  (call $queues)
  (i32.const 0))
(func (export "proxy_on_queue_ready") (param $context i32) (param $queue i32)
  (call $report_bytes @"dequeue" (call $dequeue (local.get $queue) (i32.const 0) (i32.const 8)))
  (call $report @"property in the root"
    (call $get_property @"source\00address" (i32.const 0) (i32.const 8))))
