;; An empty gRPC service parses as a GrpcService without a target: Envoy 1.40 aborts.
(import "env" "proxy_grpc_stream" (func $grpc_stream (param i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)))
(func (export "proxy_on_new_connection") (param i32) (result i32)
  (call $report @"never" (call $grpc_stream @"" @"s" @"m" @"" (i32.const 0)))
  (i32.const 0))
