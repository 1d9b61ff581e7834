;; set_envoy_filter_state with each answer that Envoy has, then a cluster that counts: c2.
;; Messages are SetEnvoyFilterStateArguments: 1 path, 2 value, 3 span.
(func $set (param $label i32) (param $size i32) (param $bytes i32) (param $length i32)
  (call $report (local.get $label) (local.get $size)
    (call $call_foreign @"set_envoy_filter_state"
      (local.get $bytes) (local.get $length) (i32.const 0) (i32.const 8))))
(func $read
  (call $report_bytes @"cluster now"
    (call $get_property @"filter_state\00envoy.tcp_proxy.cluster" (i32.const 0) (i32.const 8))))

(func $table
  (call $set @"empty" @"")
  (call $set @"ff" @"\ff")
  (call $set @"truncated" @"\0a\17envoy.tcp")
  (call $set @"not protobuf" @"garbage")
  (call $set @"field 0" @"\02\00")
  (call $set @"bad UTF-8 path" @"\0a\02\c3\28\12\01v")
  (call $set @"bad UTF-8 value" @"\0a\17envoy.tcp_proxy.cluster\12\02\c3\28")
  (call $set @"no path" @"\12\02c2")
  (call $set @"unknown key" @"\0a\06my.key\12\02c2")
  (call $set @"no factory" @"\0a\09envoy.geoip\12\02c2")
  (call $set @"wrong case" @"\0a\17Envoy.tcp_proxy.cluster\12\02c2")
  (call $set @"trailing space" @"\0a\18envoy.tcp_proxy.cluster \12\02c2")
  (call $read)
  (call $set @"no value" @"\0a\17envoy.tcp_proxy.cluster")
  (call $read)
  (call $set @"unknown field" @"\0a\17envoy.tcp_proxy.cluster\12\02c1\22\03abc")
  (call $read)
  (call $set @"wrong wire type" @"\0a\17envoy.tcp_proxy.cluster\10\01")
  (call $read)
  (call $set @"span 1" @"\0a\17envoy.tcp_proxy.cluster\12\02s1\18\01")
  (call $read)
  (call $set @"span 9" @"\0a\17envoy.tcp_proxy.cluster\12\02s9\18\09")
  (call $set @"padded varint" @"\0a\17envoy.tcp_proxy.cluster\12\82\00c3")
  (call $read)
  (call $set @"path twice" @"\0a\06my.key\0a\17envoy.tcp_proxy.cluster\12\02c4")
  (call $read)
  (call $set @"idle timeout" @"\0a\2cenvoy.tcp_proxy.per_connection_idle_timeout_ms\12\0560000")
  (call $set @"idle timeout, spelled right"
    @"\0a\2eenvoy.tcp_proxy.per_connection_idle_timeout_ms\12\0560000")
  (call $set @"idle timeout x" @"\0a\2eenvoy.tcp_proxy.per_connection_idle_timeout_ms\12\01x")
  (call $set @"envoy.string" @"\0a\0cenvoy.string\12\02hi")
  (call $report_bytes @"envoy.string now"
    (call $get_property @"filter_state\00envoy.string" (i32.const 0) (i32.const 8)))
  (call $set @"server name" @"\0a\22envoy.network.upstream_server_name\12\03a.b")
  (call $set @"alpn" @"\0a\23envoy.network.application_protocols\12\02h2")
  (call $report_bytes @"alpn now"
    (call $get_property @"filter_state\00envoy.network.application_protocols"
      (i32.const 0) (i32.const 8)))
  (call $set @"ip" @"\0a\10envoy.network.ip\12\0710.0.0.7")
  (call $set @"ip x" @"\0a\10envoy.network.ip\12\01x")
  (call $report_bytes @"ip now"
    (call $get_property @"filter_state\00envoy.network.ip" (i32.const 0) (i32.const 8)))
  (call $report @"unknown function"
    (call $call_foreign @"no_such_function" @"x" (i32.const 0) (i32.const 8)))
  (call $report @"name with wrong case"
    (call $call_foreign @"Set_envoy_filter_state" @"x" (i32.const 0) (i32.const 8)))
  (call $report @"empty name" (call $call_foreign @"" @"x" (i32.const 0) (i32.const 8)))
  (call $report @"arguments out of memory"
    (call $call_foreign @"set_envoy_filter_state"
      (i32.const 0x7fffffff) (i32.const 4) (i32.const 0) (i32.const 8)))
  (call $report @"null results"
    (call $call_foreign @"set_envoy_filter_state"
      @"\0a\17envoy.tcp_proxy.cluster\12\02c2" (i32.const 0) (i32.const 0)))
  (call $report @"bad results"
    (call $call_foreign @"set_envoy_filter_state"
      @"\0a\17envoy.tcp_proxy.cluster\12\02c2" (i32.const 0x7fffffff) (i32.const 8)))
  (call $read)
  (call $report @"clear_route_cache"
    (call $call_foreign @"clear_route_cache" @"" (i32.const 0) (i32.const 8))))

(func (export "proxy_on_configure") (param i32 i32) (result i32) (call $table) (i32.const 1))
(func (export "proxy_on_new_connection") (param i32) (result i32) (call $table) (i32.const 0))
(func (export "proxy_on_downstream_data") (param i32 i32 i32) (result i32)
  (call $set @"too late" @"\0a\17envoy.tcp_proxy.cluster\12\04late")
  (call $read)
  (i32.const 0))
(func (export "proxy_on_delete") (param i32) (call $read))
