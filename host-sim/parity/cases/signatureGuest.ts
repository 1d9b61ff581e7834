/** Guests that call verify_signature and sign with given messages, and say what Envoy answers. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { bytesField } from "../../src/envoy/protoWriter.ts";
import { compileWat, expandProbe } from "../wat.ts";
import { packageRoot } from "./case.ts";

/** One call: what it shows, the function and the message that it gets. */
export interface SignatureCall {
  readonly label: string;
  readonly name: "verify_signature" | "sign";
  readonly message: Buffer;
  /** Of a signature that differs each time: the message to verify it, which lacks the signature. */
  readonly verifiedWith?: Buffer;
}

type Key = Buffer | string;

/** A key of text is PEM, one of bytes DER. */
export const verifyMessage = (hash: string, key: Key, text: string, signature?: Buffer): Buffer =>
  message([1, hash], typeof key === "string" ? [5, key] : [2, key], [3, signature], [4, text]);

export const signMessage = (hash: string, key: Key, text: string): Buffer =>
  message([1, hash], typeof key === "string" ? [4, key] : [2, key], [3, text]);

function message(...fields: (readonly [number, string | Buffer | undefined])[]): Buffer {
  return Buffer.from(
    fields.flatMap(([number, value]) =>
      value === undefined ? [] : bytesField(number, Buffer.from(value)),
    ),
  );
}

const literal = (bytes: Buffer): string => bytes.toString("hex").replace(/../g, "\\$&");

/**
 * A signature that differs is not said but verified: the answer's bytes are 08 01, and then the
 * field of the signature, which becomes field 3 of the message for verify_signature.
 */
const FUNCTIONS = `
(func $foreign (param i32 i32 i32 i32) (result i32)
  (call $call_foreign (local.get 0) (local.get 1) (local.get 2) (local.get 3)
    (i32.const 40) (i32.const 44)))
(func $say (param $label i32) (param $length i32) (param $status i32)
  (i32.store (i32.const 0) (i32.load (i32.const 40)))
  (i32.store (i32.const 8) (i32.load (i32.const 44)))
  (call $puts (local.get $label) (local.get $length))
  (call $put (i32.const 61))
  (call $decimal (local.get $status))
  (call $put (i32.const 32))
  (if (i32.eqz (local.get $status)) (then
    (call $hex (i32.load (i32.const 40)) (i32.load (i32.const 44)))))
  (call $flush))
(func $answer (param $label i32) (param $length i32) (param $name i32) (param $size i32)
  (param $args i32) (param $args_length i32)
  (call $say (local.get $label) (local.get $length)
    (call $foreign (local.get $name) (local.get $size) (local.get $args) (local.get $args_length))))
(func $verified (param $label i32) (param $length i32) (param $args i32) (param $args_length i32)
  (param $rest i32) (param $rest_length i32)
  (local $field i32)
  (if (call $foreign @"sign" (local.get $args) (local.get $args_length)) (then (unreachable)))
  (memory.copy (i32.const 917504) (local.get $rest) (local.get $rest_length))
  (local.set $field (i32.add (i32.const 917504) (local.get $rest_length)))
  (memory.copy (local.get $field) (i32.add (i32.load (i32.const 40)) (i32.const 2))
    (i32.sub (i32.load (i32.const 44)) (i32.const 2)))
  (i32.store8 (local.get $field) (i32.const 0x1a))
  (call $say (local.get $label) (local.get $length)
    (call $foreign @"verify_signature" (i32.const 917504)
      (i32.add (local.get $rest_length) (i32.sub (i32.load (i32.const 44)) (i32.const 2))))))
`;

export async function signatureGuest(calls: readonly SignatureCall[]): Promise<Uint8Array> {
  const lines = calls.map(({ label, name, message: bytes, verifiedWith }) =>
    verifiedWith
      ? `(call $verified @"${label}" @"${literal(bytes)}" @"${literal(verifiedWith)}")`
      : `(call $answer @"${label}" @"${name}" @"${literal(bytes)}")`,
  );
  const guest = `${FUNCTIONS}
(func (export "proxy_on_new_connection") (param i32) (result i32)
  ${lines.join("\n  ")}
  (i32.const 0))`;
  const prelude = readFileSync(join(packageRoot, "parity", "probes", "prelude.wat"), "utf8");
  return compileWat("signatures.wat", expandProbe(guest, prelude));
}
