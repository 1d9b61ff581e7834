/**
 * verify_signature and sign as far as they need no cryptography: what Envoy answers when arguments,
 * hash or key are bad (foreign.cc; source/common/crypto/crypto_impl.cc).
 */
import { parseFields } from "./foreignFunctions.ts";
import { bytesField } from "./protoWriter.ts";

/** Numbers of the fields of VerifySignatureArguments and SignArguments, and of their results. */
const layouts = {
  verify_signature: {
    kinds: { 1: "string", 2: "bytes", 3: "bytes", 4: "bytes", 5: "bytes" },
    pem: 5,
    error: 2,
    noKey: "Failed to initialize digest verify.",
  },
  sign: {
    kinds: { 1: "string", 2: "bytes", 3: "bytes", 4: "bytes" },
    pem: 4,
    error: 3,
    noKey: "Failed to initialize digest sign.",
  },
} as const;
const HASH = 1;
const DER = 2;
const hashes = new Set(["sha1", "sha224", "sha256", "sha384", "sha512"]);
const utf8 = new TextDecoder();
const SEQUENCE = 0x30;

/** The bytes of the result message where Envoy fails; `needsKey`: it would use the key. */
export function checkSignatureArguments(
  name: keyof typeof layouts,
  data: Uint8Array,
): Uint8Array | "badArgument" | "needsKey" {
  const { kinds, pem, error, noKey } = layouts[name];
  const fields = parseFields(data, kinds);
  if (!fields) return "badArgument";
  const bytes = (field: number) => (fields.get(field) ?? new Uint8Array(0)) as Uint8Array;
  if (bytes(DER).length > 0 === bytes(pem).length > 0) return "badArgument";
  const failure = (text: string) =>
    Uint8Array.from(bytesField(error, new TextEncoder().encode(text)));
  const hash = utf8.decode(bytes(HASH));
  if (!hashes.has(hash.toLowerCase())) return failure(`${hash} is not supported.`);
  const isKey = bytes(DER)[0] === SEQUENCE || utf8.decode(bytes(pem)).includes("-----BEGIN ");
  return isKey ? "needsKey" : failure(noKey);
}
