/** Public keys of every kind and shape, good and bad, for verify_signature. */
import { createSign, generateKeyPairSync } from "node:crypto";
import * as asn1 from "./keyDer.ts";
import { type KeyPair, pkcs8, spki } from "./keyDer.ts";
import { type SignatureCall, verifyMessage } from "./signatureGuest.ts";

const TEXT = "text";
const MORE = Buffer.from([0]);

/** What a signature with the key answers says whether Envoy reads it. */
export function oddPublicKeys(rsa: KeyPair, ec: KeyPair): SignatureCall[] {
  return [
    ...calls("RSA", rsa, rsaShapes(rsa)),
    ...calls("EC", ec, ecShapes(ec)),
    ...calls("other", rsa, otherKinds()),
  ];
}

function calls(kind: string, keys: KeyPair, shapes: Shapes): SignatureCall[] {
  const signature = createSign("sha256").update(TEXT).sign(keys.privateKey);
  return Object.entries(shapes).map(([label, key]) => ({
    label: `${kind}: ${label}`,
    name: "verify_signature",
    message: verifyMessage("sha256", key, TEXT, signature),
  }));
}

type Shapes = Readonly<Record<string, Buffer>>;

function rsaShapes({ publicKey, privateKey }: KeyPair): Shapes {
  const good = spki(publicKey);
  const pkcs1 = publicKey.export({ type: "pkcs1", format: "der" });
  const jwk = publicKey.export({ format: "jwk" });
  const modulus = BigInt(`0x${Buffer.from(jwk.n ?? "", "base64url").toString("hex")}`);
  const inSpki = (contents: Buffer) => asn1.publicKey(asn1.rsaAlgorithm, contents);
  const e = 65537n;
  const exponents = [
    0n,
    1n,
    2n,
    3n,
    4n,
    5n,
    2n ** 32n + 1n,
    2n ** 33n - 1n,
    2n ** 33n + 1n,
    modulus,
  ];
  const bits = [8n, 64n, 256n, 496n, 504n, 511n, 512n, 1023n, 4096n, 8192n, 16383n, 16384n, 16385n];
  return {
    good,
    "bytes behind it": Buffer.concat([good, MORE]),
    "cut short": good.subarray(0, -1),
    "one byte": good.subarray(0, 1),
    "private key": pkcs8(privateKey),
    "PKCS 1": pkcs1,
    "no parameters": asn1.publicKey(asn1.sequence(asn1.RSA), pkcs1),
    "two parameters": asn1.publicKey(asn1.sequence(asn1.RSA, asn1.NULL, asn1.NULL), pkcs1),
    "other parameters": asn1.publicKey(asn1.sequence(asn1.RSA, asn1.P256), pkcs1),
    "bits unused": asn1.sequence(asn1.rsaAlgorithm, asn1.bitString(pkcs1, 1)),
    "empty bit string": asn1.sequence(asn1.rsaAlgorithm, asn1.der(3)),
    "bytes behind the bit string": asn1.sequence(
      asn1.rsaAlgorithm,
      asn1.bitString(pkcs1),
      asn1.NULL,
    ),
    "bytes behind PKCS 1": inSpki(Buffer.concat([pkcs1, MORE])),
    "a third number": inSpki(
      asn1.sequence(asn1.integer(modulus), asn1.integer(e), asn1.integer(1n)),
    ),
    "one number": inSpki(asn1.sequence(asn1.integer(modulus))),
    "negative modulus": inSpki(
      asn1.sequence(asn1.der(2, Buffer.from("ff", "hex")), asn1.integer(e)),
    ),
    "modulus with zeros in front": inSpki(
      asn1.sequence(
        asn1.der(2, Buffer.alloc(2), Buffer.from(modulus.toString(16), "hex")),
        asn1.integer(e),
      ),
    ),
    "even modulus": asn1.rsaPublic(modulus + 1n, e),
    "modulus of zero": asn1.rsaPublic(0n, e),
    "length not in its shortest form": Buffer.concat([
      Buffer.from([0x30, 0x83, 0]),
      good.subarray(1).subarray(good[1] === 0x82 ? 1 : 0),
    ]),
    "indefinite length": Buffer.concat([
      Buffer.from([0x30, 0x80]),
      good.subarray(good[1] === 0x82 ? 4 : 3),
      Buffer.alloc(2),
    ]),
    ...Object.fromEntries(
      exponents.map((exponent) => [
        `exponent ${exponent}`.slice(0, 30),
        asn1.rsaPublic(modulus, exponent),
      ]),
    ),
    ...Object.fromEntries(
      bits.map((count) => [`modulus of ${count} bits`, asn1.rsaPublic(2n ** count - 1n, e)]),
    ),
  };
}

function ecShapes({ publicKey, privateKey }: KeyPair): Shapes {
  const good = spki(publicKey);
  const point = good.subarray(-65);
  const x = point.subarray(1, 33);
  const compressed = Buffer.concat([Buffer.from([2 + ((point[64] ?? 0) & 1)]), x]);
  const inSpki = (contents: Buffer) => asn1.publicKey(asn1.p256Algorithm, contents);
  const offCurve = Buffer.from(point);
  offCurve[64] = (offCurve[64] ?? 0) ^ 1;
  const hybrid = Buffer.from(point);
  hybrid[0] = 6 + ((point[64] ?? 0) & 1);
  const explicit = generateKeyPairSync("ec", {
    namedCurve: "prime256v1",
    paramEncoding: "explicit",
  });
  return {
    good,
    "bytes behind it": Buffer.concat([good, MORE]),
    "private key": pkcs8(privateKey),
    "compressed point": inSpki(compressed),
    "compressed point of the other sign": inSpki(
      Buffer.concat([Buffer.from([(compressed[0] ?? 0) ^ 1]), x]),
    ),
    "hybrid point": inSpki(hybrid),
    infinity: inSpki(Buffer.alloc(1)),
    "no point": inSpki(Buffer.alloc(0)),
    "point off the curve": inSpki(offCurve),
    "long point": inSpki(Buffer.concat([point, MORE])),
    "short point": inSpki(point.subarray(0, -1)),
    "coordinates too large": inSpki(Buffer.concat([Buffer.from([4]), Buffer.alloc(64, 255)])),
    "another curve's name": asn1.publicKey(asn1.sequence(asn1.EC, asn1.P384), point),
    "no curve": asn1.publicKey(asn1.sequence(asn1.EC), point),
    "NULL for the curve": asn1.publicKey(asn1.sequence(asn1.EC, asn1.NULL), point),
    "two curves": asn1.publicKey(asn1.sequence(asn1.EC, asn1.P256, asn1.P256), point),
    "the curve in full": spki(explicit.publicKey),
  };
}

function otherKinds(): Shapes {
  const kinds = {
    secp256k1: generateKeyPairSync("ec", { namedCurve: "secp256k1" }),
    brainpool: generateKeyPairSync("ec", { namedCurve: "brainpoolP256r1" }),
    Ed25519: generateKeyPairSync("ed25519"),
    Ed448: generateKeyPairSync("ed448"),
    X25519: generateKeyPairSync("x25519"),
    DSA: generateKeyPairSync("dsa", { modulusLength: 1024, divisorLength: 160 }),
    "RSA PSS": generateKeyPairSync("rsa-pss", { modulusLength: 1024 }),
  };
  return Object.fromEntries(
    Object.entries(kinds).map(([name, { publicKey }]) => [name, spki(publicKey)]),
  );
}
