/** ECDSA over the curves that BoringSSL reads in keys (crypto/evp/p_ec.cc, crypto/ec/ec_asn1.cc). */
import { ecdsa, type ECDSA, weierstrass } from "@noble/curves/abstract/weierstrass.js";
import { p256, p384, p521 } from "@noble/curves/nist.js";
import { bytesToNumberBE, equalBytes, numberToBytesBE } from "@noble/curves/utils.js";
import { sha224 } from "@noble/hashes/sha2.js";
import {
  BIT_STRING,
  type DerReader,
  DerError,
  OBJECT_IDENTIFIER,
  OCTET_STRING,
  SEQUENCE,
} from "./der.ts";
import type { Hash } from "./hashes.ts";

export interface EcPublicKey {
  readonly curve: ECDSA;
  /** As SEC 1 encodes points. */
  readonly point: Uint8Array;
}

export interface EcPrivateKey {
  readonly curve: ECDSA;
  readonly secret: Uint8Array;
}

/** SEC 2, 2.6.2: secp224r1, which the library has not. */
const p224 = ecdsa(
  weierstrass({
    p: 2n ** 224n - 2n ** 96n + 1n,
    n: 0xffffffffffffffffffffffffffff16a2e0b8f03e13dd29455c5c2a3dn,
    h: 1n,
    a: 2n ** 224n - 2n ** 96n - 2n,
    b: 0xb4050a850c04b3abf54132565044b0b7d7bfd8ba270b39432355ffb4n,
    Gx: 0xb70e0cbd6bb4bf7f321390b94a03c1d356c21122343280d6115c1d21n,
    Gy: 0xbd376388b5f723fb4c22dfe6cd4375a05a07476444d5819985007e34n,
  }),
  sha224,
);

/** By object identifier, in hexadecimal. */
const curves: ReadonlyMap<string, ECDSA> = new Map([
  ["2b81040021", p224],
  ["2a8648ce3d030107", p256],
  ["2b81040022", p384],
  ["2b81040023", p521],
]);

const VERSION = 1n;
const PARAMETERS = 0xa0;
const PUBLIC_KEY = 0xa1;
/** DER as it is; Envoy does not ask for the smaller of the two forms. */
const options = { prehash: false, lowS: false, format: "der" } as const;

/** The curve that the parameters name. Throws a DerError for another one. */
function readCurve(parameters: DerReader): ECDSA {
  const identifier = parameters.element(OBJECT_IDENTIFIER);
  const hex = Array.from(identifier, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const curve = curves.get(hex);
  if (!curve) throw new DerError("no curve of BoringSSL");
  parameters.end();
  return curve;
}

/** Throws a DerError for a key that BoringSSL refuses. */
export function readEcPublicKey(parameters: DerReader, point: Uint8Array): EcPublicKey {
  const curve = readCurve(parameters);
  if (!curve.utils.isValidPublicKey(point)) throw new DerError("no point of the curve");
  return { curve, point };
}

/**
 * ECPrivateKey of RFC 5915.
 * @param parameters where the curve is named; undefined: the key itself must name it
 * @throws DerError for a key that BoringSSL refuses
 */
export function readEcPrivateKey(key: DerReader, parameters?: DerReader): EcPrivateKey {
  const outer = parameters && readCurve(parameters);
  const parts = key.inside(SEQUENCE);
  if (parts.unsigned() !== VERSION) throw new DerError("another version of ECPrivateKey");
  const scalar = bytesToNumberBE(parts.element(OCTET_STRING));
  const inner = parts.tag === PARAMETERS ? readCurve(parts.inside(PARAMETERS)) : outer;
  const curve = outer ?? inner;
  if (!curve || curve !== inner) throw new DerError("no curve, or two");
  if (scalar === 0n || scalar >= curve.Point.Fn.ORDER) throw new DerError("no key of the curve");
  const secret = numberToBytesBE(scalar, curve.Point.Fn.BYTES);
  if (parts.tag === PUBLIC_KEY) {
    const wrapped = parts.inside(PUBLIC_KEY);
    const [unused, ...point] = wrapped.element(BIT_STRING);
    wrapped.end();
    const expected = curve.getPublicKey(secret, point.length === 1 + curve.Point.Fp.BYTES);
    if (unused !== 0 || !equalBytes(Uint8Array.from(point), expected)) {
      throw new DerError("the public key is another one's");
    }
  }
  parts.end();
  return { curve, secret };
}

export function verifyEc(
  { curve, point }: EcPublicKey,
  hash: Hash,
  text: Uint8Array,
  signature: Uint8Array,
): boolean {
  try {
    return curve.verify(signature, hash.digest(text), point, options);
  } catch {
    return false;
  }
}

/** Always the same signature for the same text (RFC 6979): one of those that Envoy may make. */
export const signEc = ({ curve, secret }: EcPrivateKey, hash: Hash, text: Uint8Array): Uint8Array =>
  curve.sign(hash.digest(text), secret, options);
