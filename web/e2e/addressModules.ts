/** A filter that does something else for one source address, 10.0.3.7. */
const forOneAddress = (body: string) => `(module
  (import "env" "proxy_get_property" (func $get (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 16) "source\\00address")
  (func (export "proxy_abi_version_0_2_1"))
  (func (export "malloc") (param i32) (result i32) (i32.const 1024))
  (func (export "proxy_on_new_connection") (param i32) (result i32)
    (drop (call $get (i32.const 16) (i32.const 14) (i32.const 64) (i32.const 68)))
    ;; "10.0.3.7:…": the 3, the 7 and the colon.
    (if (i32.and
          (i32.eq (i32.load8_u (i32.const 1029)) (i32.const 51))
          (i32.and
            (i32.eq (i32.load8_u (i32.const 1031)) (i32.const 55))
            (i32.eq (i32.load8_u (i32.const 1032)) (i32.const 58))))
      (then ${body}))
    (i32.const 0)))`;

/** It never returns for 10.0.3.7. */
export const loopingAtOne = forOneAddress("(loop $for_ever (br $for_ever))");

/** It traps for 10.0.3.7. */
export const trappingAtOne = forOneAddress("(unreachable)");

/** It takes memory for 10.0.3.7, and more, and more. */
export const growingAtOne = forOneAddress(
  "(loop $more (br_if $more (i32.ne (memory.grow (i32.const 176)) (i32.const -1))))",
);
