/** Keys of any shape, as DER: of RSA and EC as RFC 3279, 5480, 5915 and 8017 have them. */
import type { KeyObject } from "node:crypto";

export interface KeyPair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

export const spki = (key: KeyObject): Buffer => key.export({ type: "spki", format: "der" });
export const pkcs8 = (key: KeyObject): Buffer => key.export({ type: "pkcs8", format: "der" });

export function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const contents = Buffer.concat(parts);
  const { length } = contents;
  const size =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([tag, ...size]), contents]);
}

export const sequence = (...parts: readonly Buffer[]): Buffer => der(0x30, ...parts);

export function integer(value: bigint): Buffer {
  const digits = value.toString(16);
  const bytes = Buffer.from(digits.length % 2 ? `0${digits}` : digits, "hex");
  return der(2, (bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.alloc(1), bytes]) : bytes);
}

export const bitString = (bytes: Buffer, unused = 0): Buffer =>
  der(3, Buffer.from([unused]), bytes);
export const octets = (bytes: Buffer): Buffer => der(4, bytes);
const identifier = (hex: string): Buffer => der(6, Buffer.from(hex, "hex"));

export const NULL = der(5);
export const RSA = identifier("2a864886f70d010101");
export const EC = identifier("2a8648ce3d0201");
export const P256 = identifier("2a8648ce3d030107");
export const P384 = identifier("2b81040022");

/** SubjectPublicKeyInfo. */
export const publicKey = (algorithm: Buffer, contents: Buffer): Buffer =>
  sequence(algorithm, bitString(contents));

/** PKCS #8. */
export const privateKey = (algorithm: Buffer, contents: Buffer, version = 0n): Buffer =>
  sequence(integer(version), algorithm, octets(contents));

export const rsaAlgorithm = sequence(RSA, NULL);
export const p256Algorithm = sequence(EC, P256);

export const rsaPublic = (modulus: bigint, exponent: bigint): Buffer =>
  publicKey(rsaAlgorithm, sequence(integer(modulus), integer(exponent)));

/** ECPrivateKey; `more`: parameters and public key, in their wrappers. */
export const ecPrivate = (secret: Buffer, ...more: readonly Buffer[]): Buffer =>
  sequence(integer(1n), octets(secret), ...more);
