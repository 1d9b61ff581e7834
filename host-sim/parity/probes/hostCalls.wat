;; The host calls that are neither properties, buffers nor filter state, with good and bad input.
;; Process-wide numbers (cas of shared data, ids of queues) are not printed.
(func $two (param $label i32) (param $size i32) (param $status i32)
  ;; only the first word: 8 bytes of a number
  (call $report (local.get $label) (local.get $size) (local.get $status)))
;; A label and a status, nothing of the results.
(func $say (param $label i32) (param $size i32) (param $status i32)
  (call $preset)
  (call $report (local.get $label) (local.get $size) (local.get $status)))

(func $logging
  (local $level i32)
  (block $end
    (loop $next
      (br_if $end (i32.gt_u (local.get $level) (i32.const 6)))
      (call $say @"log" (call $log (local.get $level) @"a line"))
      (local.set $level (i32.add (local.get $level) (i32.const 1)))
      (br $next)))
  (call $say @"log level -1" (call $log (i32.const -1) @"no"))
  (call $say @"log nothing" (call $log (i32.const 2) @""))
  (call $say @"log two lines" (call $log (i32.const 2) @"one\ntwo\n"))
  (call $say @"log UTF-8" (call $log (i32.const 2) @"\c3\a4 \f0\9f\8e\af"))
  (call $say @"log out of memory" (call $log (i32.const 2) (i32.const -4) (i32.const 8)))
  (call $say @"log bad level and memory" (call $log (i32.const 9) (i32.const -4) (i32.const 8)))
  (call $two @"level" (call $log_level (i32.const 0)))
  (call $two @"level to a bad pointer" (call $log_level (i32.const -2))))

(func $clock
  (call $say @"time" (call $time (i32.const 16)))
  (call $say @"time to a bad pointer" (call $time (i32.const -4)))
  (call $say @"time to an odd pointer" (call $time (i32.const 17)))
  (call $say @"tick off" (call $tick (i32.const 0))))

;; Not in configure: there the main thread and the worker would write the same gauge at once.
(func $metrics
  (call $two @"define counter" (call $define (i32.const 0) @"parity_counter" (i32.const 0)))
  (call $two @"define gauge" (call $define (i32.const 1) @"parity_gauge" (i32.const 0)))
  (call $two @"define histogram" (call $define (i32.const 2) @"parity_histogram" (i32.const 0)))
  (call $two @"define again" (call $define (i32.const 0) @"parity_counter" (i32.const 0)))
  (call $two @"define type 3" (call $define (i32.const 3) @"x" (i32.const 0)))
  (call $two @"define bad name" (call $define (i32.const 0) (i32.const -4) (i32.const 8) (i32.const 0)))
  (call $two @"define bad result" (call $define (i32.const 1) @"parity_lost" (i32.const -2)))
  (call $two @"increment counter" (call $increment (i32.const 4) (i64.const 5)))
  (call $two @"increment by 0" (call $increment (i32.const 4) (i64.const 0)))
  (call $two @"increment by -1" (call $increment (i32.const 4) (i64.const -1)))
  (call $two @"increment gauge" (call $increment (i32.const 5) (i64.const -1)))
  (call $two @"increment histogram" (call $increment (i32.const 6) (i64.const 1)))
  (call $two @"increment unknown" (call $increment (i32.const 400) (i64.const 1)))
  (call $two @"increment type bits 3" (call $increment (i32.const 7) (i64.const 1)))
  (call $two @"record gauge" (call $record (i32.const 5) (i64.const 9)))
  (call $two @"get gauge" (call $get_metric (i32.const 5) (i32.const 0)))
  (call $two @"increment gauge" (call $increment (i32.const 5) (i64.const -2)))
  (call $two @"get gauge" (call $get_metric (i32.const 5) (i32.const 0)))
  (call $two @"record histogram" (call $record (i32.const 6) (i64.const 9)))
  (call $two @"record unknown" (call $record (i32.const 401) (i64.const 9)))
  (call $two @"record type bits 3" (call $record (i32.const 7) (i64.const 9)))
  (call $two @"get histogram" (call $get_metric (i32.const 6) (i32.const 0)))
  (call $two @"get unknown" (call $get_metric (i32.const 400) (i32.const 0)))
  (call $two @"get type bits 3" (call $get_metric (i32.const 7) (i32.const 0)))
  (call $two @"get to a bad pointer" (call $get_metric (i32.const 5) (i32.const -4))))

;; Keys carry this probe's vm id, which no other case uses.
(func $shared
  (call $say @"get absent" (call $get_shared @"absent" (i32.const 0) (i32.const 8) (i32.const 16)))
  (call $say @"set" (call $set_shared @"key" @"value" (i32.const 0)))
  (call $report_bytes @"get" (call $get_shared @"key" (i32.const 0) (i32.const 8) (i32.const 16)))
  (call $say @"set with a wrong cas" (call $set_shared @"key" @"other" (i32.const 999999)))
  (call $say @"set with its cas" (call $get_shared @"key" (i32.const 0) (i32.const 8) (i32.const 24)))
  (call $say @"set with its cas" (call $set_shared @"key" @"" (i32.load (i32.const 24))))
  (call $report @"get empty" (call $get_shared @"key" (i32.const 0) (i32.const 8) (i32.const 16)))
  (call $say @"empty key" (call $set_shared @"" @"v" (i32.const 0)))
  (call $say @"bad key" (call $set_shared (i32.const -4) (i32.const 8) @"v" (i32.const 0)))
  (call $say @"bad result"
    (call $get_shared @"key" (i32.const -4) (i32.const 8) (i32.const 16))))

(func $queues
  (call $say @"resolve unknown" (call $resolve @"" @"nobody" (i32.const 0)))
  (call $say @"resolve in another vm" (call $resolve @"elsewhere" @"q" (i32.const 0)))
  (call $say @"enqueue unknown" (call $enqueue (i32.const 999999) @"x"))
  (call $say @"dequeue unknown" (call $dequeue (i32.const 999999) (i32.const 0) (i32.const 8)))
  (call $say @"register" (call $register @"q" (i32.const 24)))
  (call $say @"dequeue empty" (call $dequeue (i32.load (i32.const 24)) (i32.const 0) (i32.const 8)))
  (call $say @"register to a bad pointer" (call $register @"q" (i32.const -2))))

(func $maps
  (local $type i32)
  (block $end
    (loop $next
      (br_if $end (i32.gt_u (local.get $type) (i32.const 8)))
      (call $report @"value"
        (call $get_header (local.get $type) @":path" (i32.const 0) (i32.const 8)))
      (call $report @"add" (call $add_header (local.get $type) @"k" @"v"))
      (call $report @"replace" (call $replace_header (local.get $type) @"k" @"v"))
      (call $report @"remove" (call $remove_header (local.get $type) @"k"))
      (call $report @"pairs" (call $get_pairs (local.get $type) (i32.const 0) (i32.const 8)))
      (call $report @"set pairs" (call $set_pairs (local.get $type) @"\00\00\00\00"))
      (call $report @"size" (call $header_size (local.get $type) (i32.const 0)))
      (local.set $type (i32.add (local.get $type) (i32.const 1)))
      (br $next))))

(func $others
  (call $report @"local response"
    (call $local_response (i32.const 403) @"" @"" @"" (i32.const -1)))
  (call $report @"status" (call $get_status (i32.const 16) (i32.const 0) (i32.const 8)))
  (call $report @"done" (call $done)))

(func $table
  (call $logging) (call $clock) (call $maps) (call $others))
(func (export "proxy_on_configure") (param i32 i32) (result i32) (call $table) (i32.const 1))
(func (export "proxy_on_new_connection") (param i32) (result i32)
  (call $table) (call $metrics) (call $shared) (call $queues) (i32.const 0))
