/** RSA signatures of PKCS #1 v1.5 as BoringSSL makes and checks them (crypto/fipsmodule/rsa). */
import { pow } from "@noble/curves/abstract/modular.js";
import { bitLen, bytesToNumberBE, equalBytes, numberToBytesBE } from "@noble/curves/utils.js";
import { concatBytes } from "../bytes.ts";
import { type DerReader, DerError, SEQUENCE } from "./der.ts";
import type { Hash } from "./hashes.ts";

export interface RsaPublicKey {
  readonly modulus: bigint;
  readonly exponent: bigint;
}

export interface RsaPrivateKey extends RsaPublicKey {
  readonly privateExponent: bigint;
}

const MIN_MODULUS_BITS = 512;
const MAX_MODULUS_BITS = 16384;
const MAX_EXPONENT_BITS = 33;
/** The zero, the type, the zero after the padding, and the least padding. */
const PADDING_BYTES = 11;

/** RSAPublicKey of RFC 8017, A.1.1. Throws a DerError for a key that BoringSSL refuses. */
export function readRsaPublicKey(key: DerReader): RsaPublicKey {
  const numbers = key.inside(SEQUENCE);
  const publicKey = { modulus: numbers.unsigned(), exponent: numbers.unsigned() };
  numbers.end();
  key.end();
  return checked(publicKey);
}

/** RSAPrivateKey of RFC 8017, A.1.2. Throws a DerError for a key that BoringSSL refuses. */
export function readRsaPrivateKey(key: DerReader): RsaPrivateKey {
  const numbers = key.inside(SEQUENCE);
  if (numbers.unsigned() !== 0n) throw new DerError("a version that has more than two primes");
  const [modulus, exponent] = [numbers.unsigned(), numbers.unsigned()];
  const [d, p, q] = [numbers.unsigned(), numbers.unsigned(), numbers.unsigned()];
  const [dp, dq, inverse] = [numbers.unsigned(), numbers.unsigned(), numbers.unsigned()];
  numbers.end();
  const [p1, q1] = [p - 1n, q - 1n];
  const fits =
    p > 1n &&
    q > 1n &&
    p * q === modulus &&
    d < modulus &&
    (d * exponent) % p1 === 1n % p1 &&
    (d * exponent) % q1 === 1n % q1 &&
    dp === d % p1 &&
    dq === d % q1 &&
    inverse < p &&
    (inverse * q) % p === 1n;
  if (!fits) throw new DerError("the numbers do not fit together");
  return { ...checked({ modulus, exponent }), privateExponent: d };
}

function checked(key: RsaPublicKey): RsaPublicKey {
  const { modulus, exponent } = key;
  const bits = bitLen(modulus);
  const odd = (value: bigint) => (value & 1n) === 1n;
  if (!odd(modulus) || bits < MIN_MODULUS_BITS || bits > MAX_MODULUS_BITS) {
    throw new DerError("the modulus is even, too small or too large");
  }
  if (!odd(exponent) || exponent < 3n || bitLen(exponent) > MAX_EXPONENT_BITS) {
    throw new DerError("the exponent is even, too small or too large");
  }
  return key;
}

const size = ({ modulus }: RsaPublicKey): number => Math.ceil(bitLen(modulus) / 8);

export function verifyRsa(
  key: RsaPublicKey,
  hash: Hash,
  text: Uint8Array,
  signature: Uint8Array,
): boolean {
  const expected = encode(hash, text, size(key));
  const value = bytesToNumberBE(signature);
  if (!expected || signature.length !== expected.length || value >= key.modulus) return false;
  const found = pow(value, key.exponent, key.modulus);
  return equalBytes(numberToBytesBE(found, expected.length), expected);
}

/** Undefined: the key is too short for the hash. */
export function signRsa(key: RsaPrivateKey, hash: Hash, text: Uint8Array): Uint8Array | undefined {
  const message = encode(hash, text, size(key));
  if (!message) return undefined;
  const value = pow(bytesToNumberBE(message), key.privateExponent, key.modulus);
  return numberToBytesBE(value, message.length);
}

/** EMSA-PKCS1-v1_5 of RFC 8017, 9.2. */
function encode(hash: Hash, text: Uint8Array, length: number): Uint8Array | undefined {
  const info = concatBytes([hash.digestInfo, hash.digest(text)]);
  if (info.length + PADDING_BYTES > length) return undefined;
  const padding = new Uint8Array(length - info.length - 3).fill(0xff);
  return concatBytes([Uint8Array.of(0, 1), padding, Uint8Array.of(0), info]);
}
