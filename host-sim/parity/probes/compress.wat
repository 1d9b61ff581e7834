;; What was compressed is uncompressed again. Only that is said: zlib-ng, which Envoy has, finds other
;; matches than zlib in longer texts, so that the bytes and how many they are differ.
;; Bytes of a small generator; the higher bits are dropped, so that there is something to find.
(func $noise (param $at i32) (param $length i32) (param $dropped i32)
  (local $state i32)
  (block $end
    (loop $next
      (br_if $end (i32.eqz (local.get $length)))
      (local.set $state
        (i32.add (i32.mul (local.get $state) (i32.const 1664525)) (i32.const 1013904223)))
      (i32.store8 (local.get $at)
        (i32.shr_u (i32.and (i32.shr_u (local.get $state) (i32.const 24)) (i32.const 255))
          (local.get $dropped)))
      (local.set $at (i32.add (local.get $at) (i32.const 1)))
      (local.set $length (i32.sub (local.get $length) (i32.const 1)))
      (br $next))))
(func $same (param $at i32) (param $other i32) (param $length i32) (result i32)
  (block $end
    (loop $next
      (br_if $end (i32.eqz (local.get $length)))
      (local.set $length (i32.sub (local.get $length) (i32.const 1)))
      (br_if $next
        (i32.eq (i32.load8_u (i32.add (local.get $at) (local.get $length)))
          (i32.load8_u (i32.add (local.get $other) (local.get $length)))))
      (return (i32.const 0))))
  (i32.const 1))
(func $there_and_back (param $args i32) (param $length i32)
  (global.set $heap (i32.const 262144))
  (call $puts @"compress=")
  (call $decimal
    (call $call_foreign @"compress" (local.get $args) (local.get $length)
      (i32.const 40) (i32.const 44)))
  (call $puts @" uncompress=")
  (call $decimal
    (call $call_foreign @"uncompress" (i32.load (i32.const 40)) (i32.load (i32.const 44))
      (i32.const 48) (i32.const 52)))
  (call $puts @" length=")
  (call $decimal (i32.load (i32.const 52)))
  (call $puts @" same=")
  (call $decimal
    (call $same (local.get $args) (i32.load (i32.const 48)) (local.get $length)))
  (call $flush))
(func (export "proxy_on_new_connection") (param $context i32) (result i32)
  (call $there_and_back @"")
  (call $there_and_back @"hello hello hello hello, hello hello")
  ;; this module's strings and zeros
  (call $there_and_back (i32.const 65536) (i32.const 2000))
  (call $noise (i32.const 524288) (i32.const 100000) (i32.const 0))
  (call $there_and_back (i32.const 524288) (i32.const 100000))
  (call $noise (i32.const 524288) (i32.const 100000) (i32.const 5))
  (call $there_and_back (i32.const 524288) (i32.const 100000))
  (call $noise (i32.const 524288) (i32.const 70000) (i32.const 7))
  (call $there_and_back (i32.const 524288) (i32.const 70000))
  (i32.const 0))
