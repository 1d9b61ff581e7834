/** Keys as BoringSSL reads them (crypto/evp/evp_asn1.cc): SubjectPublicKeyInfo and PKCS #8. */
import {
  BIT_STRING,
  DerError,
  type DerReader,
  OBJECT_IDENTIFIER,
  OCTET_STRING,
  readDer,
  NULL,
  SEQUENCE,
} from "./der.ts";
import { readEcPrivateKey, readEcPublicKey, signEc, verifyEc } from "./ecdsa.ts";
import type { Hash } from "./hashes.ts";
import { readRsaPrivateKey, readRsaPublicKey, signRsa, verifyRsa } from "./rsa.ts";

export interface PublicKey {
  verify(hash: Hash, text: Uint8Array, signature: Uint8Array): boolean;
}

/** What BoringSSL reads too, but this does not, in words. */
export interface NotModelled {
  readonly notModelled: string;
}

type Algorithm = "rsa" | "ec" | "curve25519" | "dsa";

export interface PrivateKey {
  /** The last one signs no hash; with "ec" Envoy makes another signature each time. */
  readonly algorithm: "rsa" | "ec" | "curve25519";
  /** Undefined: the key is too short for the hash. */
  sign(hash: Hash, text: Uint8Array): Uint8Array | undefined;
}

/** By object identifier: what BoringSSL reads by default. The last two kinds do not sign hashes. */
const algorithms: ReadonlyMap<string, Algorithm> = new Map([
  ["42,134,72,134,247,13,1,1,1", "rsa"],
  ["42,134,72,206,61,2,1", "ec"],
  ["43,101,110", "curve25519"],
  ["43,101,112", "curve25519"],
  ["42,134,72,206,56,4,1", "dsa"],
]);

function readAlgorithm(from: DerReader): {
  readonly algorithm: Algorithm;
  readonly parameters: DerReader;
} {
  const parameters = from.inside(SEQUENCE);
  const algorithm = algorithms.get(parameters.element(OBJECT_IDENTIFIER).join());
  if (!algorithm) throw new DerError("no algorithm that BoringSSL reads");
  if (algorithm === "rsa") {
    parameters.inside(NULL).end();
    parameters.end();
  }
  return { algorithm, parameters };
}

/** Undefined for a key with which Envoy cannot verify. Bytes after the key do not matter. */
export function readPublicKey(bytes: Uint8Array): PublicKey | undefined {
  return unlessRefused(() => {
    const key = readDer(bytes).inside(SEQUENCE);
    const { algorithm, parameters } = readAlgorithm(key);
    const [unused, ...contents] = key.element(BIT_STRING);
    key.end();
    if (unused !== 0) throw new DerError("no whole bytes");
    const inner = Uint8Array.from(contents);
    if (algorithm === "rsa") {
      const rsa = readRsaPublicKey(readDer(inner));
      return { verify: (...args) => verifyRsa(rsa, ...args) };
    }
    if (algorithm !== "ec") throw new DerError("no key for hashes");
    const ec = readEcPublicKey(parameters, inner);
    return { verify: (...args) => verifyEc(ec, ...args) };
  });
}

const SECRET_BYTES = 32;
const unusable: PrivateKey = { algorithm: "curve25519", sign: () => undefined };

/** Undefined for what Envoy does not read. Attributes and bytes after the key do not matter. */
export function readPrivateKey(bytes: Uint8Array): PrivateKey | NotModelled | undefined {
  return unlessRefused(() => {
    const key = readDer(bytes).inside(SEQUENCE);
    if (key.unsigned() !== 0n) throw new DerError("another version of PKCS #8");
    const { algorithm, parameters } = readAlgorithm(key);
    const inner = key.inside(OCTET_STRING);
    if (algorithm === "rsa") return endsWith(inner, signsRsa(inner));
    if (algorithm === "ec") return endsWith(inner, signsEc(inner, parameters));
    if (algorithm === "dsa") return { notModelled: "a DSA key" };
    parameters.end();
    if (inner.element(OCTET_STRING).length !== SECRET_BYTES) throw new DerError("another length");
    inner.end();
    return unusable;
  });
}

/**
 * A key as PEM has it under "RSA PRIVATE KEY" or "EC PRIVATE KEY": without PKCS #8 around it, or
 * with it. Undefined for what Envoy does not read. Bytes after the key do not matter.
 */
export function readPrivateKeyOf(
  algorithm: "rsa" | "ec",
  bytes: Uint8Array,
): PrivateKey | NotModelled | undefined {
  const bare = unlessRefused(() => (algorithm === "rsa" ? signsRsa : signsEc)(readDer(bytes)));
  if (bare) return bare;
  const key = readPrivateKey(bytes);
  return key && "algorithm" in key && key.algorithm === algorithm ? key : undefined;
}

function endsWith<T>(reader: DerReader, value: T): T {
  reader.end();
  return value;
}

function signsRsa(from: DerReader): PrivateKey {
  const key = readRsaPrivateKey(from);
  return { algorithm: "rsa", sign: (...args) => signRsa(key, ...args) };
}

function signsEc(from: DerReader, parameters?: DerReader): PrivateKey {
  const key = readEcPrivateKey(from, parameters);
  return { algorithm: "ec", sign: (...args) => signEc(key, ...args) };
}

function unlessRefused<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof DerError) return undefined;
    throw error;
  }
}
