/** verify_signature and sign (Envoy's foreign.cc and source/common/crypto/utility_impl.cc). */
import { encoder } from "../bytes.ts";
import { parseFields } from "./foreignFunctions.ts";
import { findHash } from "./hashes.ts";
import { type NotModelled, readPrivateKey, readPublicKey } from "./keys.ts";
import { readPrivateKeyPem, readPublicKeyPem } from "./pem.ts";
import { bytesField, varintField } from "./protoWriter.ts";

/** What Envoy answers. */
export interface SignatureAnswer {
  /** The bytes of the result message. */
  readonly result: Uint8Array;
  /** Envoy draws a number for the signature: this is one that it may make. */
  readonly isRandom?: true;
}

export type SignatureOutcome = SignatureAnswer | "badArgument" | NotModelled;

const HASH = 1;
const KEY = 2;

/** VerifySignatureArguments {hash_function, public_key, signature, text, public_key_pem}. */
const verifyKinds = { 1: "string", 2: "bytes", 3: "bytes", 4: "bytes", 5: "bytes" } as const;
/** SignArguments {hash_function, private_key, text, private_key_pem}. */
const signKinds = { 1: "string", 2: "bytes", 3: "bytes", 4: "bytes" } as const;

const utf8 = new TextDecoder();

function readArguments(data: Uint8Array, kinds: Parameters<typeof parseFields>[1], pem: number) {
  const fields = parseFields(data, kinds);
  if (!fields) return undefined;
  const bytes = (field: number) => (fields.get(field) ?? new Uint8Array(0)) as Uint8Array;
  if (bytes(KEY).length > 0 === bytes(pem).length > 0) return undefined;
  return { bytes, hash: utf8.decode(bytes(HASH)), pem: utf8.decode(bytes(pem)) };
}

const textField = (number: number, text: string): Uint8Array =>
  Uint8Array.from(bytesField(number, encoder.encode(text)));
const succeeded = varintField(1, 1);

/** VerifySignatureResult {result, error}; the checks are in Envoy's order. */
export function verifySignature(data: Uint8Array): SignatureOutcome {
  const failed = (error: string) => ({ result: textField(2, error) });
  const args = readArguments(data, verifyKinds, 5);
  if (!args) return "badArgument";
  const { bytes, pem } = args;
  const hash = findHash(args.hash);
  if (!hash) return failed(`${args.hash} is not supported.`);
  const key = pem ? readPublicKeyPem(pem) : readPublicKey(bytes(KEY));
  if (!key) return failed("Failed to initialize digest verify.");
  if ("notModelled" in key) return key;
  return key.verify(hash, bytes(4), bytes(3))
    ? { result: Uint8Array.from(succeeded) }
    : failed("Failed to verify digest. Error code: 0");
}

/** SignResult {result, signature, error}; the checks are in Envoy's order. */
export function sign(data: Uint8Array): SignatureOutcome {
  const failed = (error: string) => ({ result: textField(3, error) });
  const args = readArguments(data, signKinds, 4);
  if (!args) return "badArgument";
  const { bytes, pem } = args;
  const hash = findHash(args.hash);
  if (!hash) return failed(`${args.hash} is not supported.`);
  const key = pem ? readPrivateKeyPem(pem) : readPrivateKey(bytes(KEY));
  if (!key) {
    return failed("Invalid key type: private key required for signing operation.");
  }
  if ("notModelled" in key) return key;
  if (key.algorithm === "curve25519")
    return failed("Invalid private key: key data is corrupted or malformed.");
  const signature = key.sign(hash, bytes(3));
  if (!signature) return failed("Failed to create signature.");
  const result = Uint8Array.from([...succeeded, ...bytesField(2, signature)]);
  return key.algorithm === "ec" ? { result, isRandom: true } : { result };
}
