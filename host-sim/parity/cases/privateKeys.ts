/**
 * Private keys of every kind and shape for sign: good ones only of RSA, whose signatures do not differ
 * each time.
 */
import { generateKeyPairSync } from "node:crypto";
import * as asn1 from "./keyDer.ts";
import { type KeyPair, pkcs8, spki } from "./keyDer.ts";
import { type SignatureCall, signMessage } from "./signatureGuest.ts";

export function oddPrivateKeys(rsa: KeyPair, ec: KeyPair): SignatureCall[] {
  const shapes = { ...rsaShapes(rsa), ...ecShapes(ec), ...otherKinds() };
  return Object.entries(shapes).map(([label, key]) => ({
    label,
    name: "sign",
    message: signMessage("sha256", key, "text"),
  }));
}

type Shapes = Readonly<Record<string, Buffer>>;

const numbers = ["n", "e", "d", "p", "q", "dp", "dq", "qi"] as const;

function rsaShapes({ publicKey, privateKey }: KeyPair): Shapes {
  const good = pkcs8(privateKey);
  const pkcs1 = privateKey.export({ type: "pkcs1", format: "der" });
  const jwk = privateKey.export({ format: "jwk" });
  const values = numbers.map((name) =>
    BigInt(`0x${Buffer.from(jwk[name] ?? "", "base64url").toString("hex")}`),
  );
  const [n = 0n, e = 0n, d = 0n, p = 0n, q = 0n, dp = 0n, dq = 0n, qi = 0n] = values;
  const withNumbers = (...all: readonly bigint[]) =>
    asn1.privateKey(asn1.rsaAlgorithm, asn1.sequence(...all.map(asn1.integer)));
  const attributes = asn1.der(0xa0);
  return {
    "RSA: good": good,
    "RSA: bytes behind it": Buffer.concat([good, Buffer.alloc(1)]),
    "RSA: cut short": good.subarray(0, -1),
    "RSA: public key": spki(publicKey),
    "RSA: PKCS 1": pkcs1,
    "RSA: no parameters": asn1.privateKey(asn1.sequence(asn1.RSA), pkcs1),
    "RSA: version 1": asn1.privateKey(asn1.rsaAlgorithm, pkcs1, 1n),
    "RSA: attributes": asn1.sequence(
      asn1.integer(0n),
      asn1.rsaAlgorithm,
      asn1.octets(pkcs1),
      attributes,
    ),
    "RSA: anything for attributes": asn1.sequence(
      asn1.integer(0n),
      asn1.rsaAlgorithm,
      asn1.octets(pkcs1),
      asn1.NULL,
      Buffer.alloc(1, 255),
    ),
    "RSA: bytes behind PKCS 1": asn1.privateKey(
      asn1.rsaAlgorithm,
      Buffer.concat([pkcs1, Buffer.alloc(1)]),
    ),
    "RSA: another form of d": withNumbers(0n, n, e, d % ((p - 1n) * (q - 1n)), p, q, dp, dq, qi),
    "RSA: d too large": withNumbers(0n, n, e, d + (p - 1n) * (q - 1n), p, q, dp, dq, qi),
    "RSA: two versions": withNumbers(1n, n, e, d, p, q, dp, dq, qi),
    "RSA: a number more": withNumbers(0n, n, e, d, p, q, dp, dq, qi, 1n),
    "RSA: a number less": withNumbers(0n, n, e, d, p, q, dp, dq),
    "RSA: another d": withNumbers(0n, n, e, d + 2n, p, q, dp, dq, qi),
    "RSA: another e": withNumbers(0n, n, e + 2n, d, p, q, dp, dq, qi),
    "RSA: another n": withNumbers(0n, n + 2n, e, d, p, q, dp, dq, qi),
    "RSA: another dp": withNumbers(0n, n, e, d, p, q, dp + 1n, dq, qi),
    "RSA: another dq": withNumbers(0n, n, e, d, p, q, dp, dq + 1n, qi),
    "RSA: another inverse": withNumbers(0n, n, e, d, p, q, dp, dq, qi + 1n),
    "RSA: inverse too large": withNumbers(0n, n, e, d, p, q, dp, dq, qi + p),
    "RSA: primes the other way round": withNumbers(0n, n, e, d, q, p, dq, dp, qi),
    "RSA: no primes": withNumbers(0n, n, e, d, 0n, 0n, 0n, 0n, 0n),
    "RSA: one is a prime": withNumbers(0n, n, e, d, n, 1n, d % (n - 1n), 0n, 1n),
    "RSA: all zeros": withNumbers(0n, 0n, 0n, 0n, 0n, 0n, 0n, 0n, 0n),
  };
}

function ecShapes({ publicKey, privateKey }: KeyPair): Shapes {
  const secret = Buffer.from(privateKey.export({ format: "jwk" }).d ?? "", "base64url");
  const point = spki(publicKey).subarray(-65);
  const withKey = (contents: Buffer, algorithm = asn1.p256Algorithm) =>
    asn1.privateKey(algorithm, contents);
  const another = spki(generateKeyPairSync("ec", { namedCurve: "prime256v1" }).publicKey).subarray(
    -65,
  );
  return {
    "EC: public key": spki(publicKey),
    "EC: SEC 1": privateKey.export({ type: "sec1", format: "der" }),
    "EC: zero": withKey(asn1.ecPrivate(Buffer.alloc(32))),
    "EC: too large": withKey(asn1.ecPrivate(Buffer.alloc(32, 255))),
    "EC: of 33 bytes": withKey(asn1.ecPrivate(Buffer.concat([Buffer.alloc(1, 1), secret]))),
    "EC: no bytes": withKey(asn1.ecPrivate(Buffer.alloc(0))),
    "EC: another curve inside": withKey(asn1.ecPrivate(secret, asn1.der(0xa0, asn1.P384))),
    "EC: another's public key": withKey(
      asn1.ecPrivate(secret, asn1.der(0xa1, asn1.bitString(another))),
    ),
    "EC: public key with unused bits": withKey(
      asn1.ecPrivate(secret, asn1.der(0xa1, asn1.bitString(point, 1))),
    ),
    "EC: empty public key": withKey(asn1.ecPrivate(secret, asn1.der(0xa1, asn1.der(3)))),
    "EC: more at the end": withKey(asn1.ecPrivate(secret, asn1.NULL)),
    "EC: version 2": withKey(asn1.sequence(asn1.integer(2n), asn1.octets(secret))),
    "EC: no curve": withKey(asn1.ecPrivate(secret), asn1.sequence(asn1.EC)),
    "EC: two curves": withKey(asn1.ecPrivate(secret), asn1.sequence(asn1.EC, asn1.P256, asn1.P256)),
    "EC: bytes behind": withKey(Buffer.concat([asn1.ecPrivate(secret), Buffer.alloc(1)])),
  };
}

function otherKinds(): Shapes {
  const kinds = {
    secp256k1: generateKeyPairSync("ec", { namedCurve: "secp256k1" }),
    Ed25519: generateKeyPairSync("ed25519"),
    X25519: generateKeyPairSync("x25519"),
    "RSA PSS": generateKeyPairSync("rsa-pss", { modulusLength: 1024 }),
  };
  const ed25519 = asn1.sequence(asn1.der(6, Buffer.from("2b6570", "hex")));
  const short = asn1.privateKey(ed25519, asn1.octets(Buffer.alloc(31)));
  const behind = asn1.privateKey(
    ed25519,
    Buffer.concat([asn1.octets(Buffer.alloc(32)), asn1.NULL]),
  );
  const parameters = asn1.sequence(asn1.der(6, Buffer.from("2b6570", "hex")), asn1.NULL);
  const keys = Object.fromEntries(
    Object.entries(kinds).map(([name, { privateKey }]) => [name, pkcs8(privateKey)]),
  );
  return {
    ...keys,
    "Ed25519 of 31 bytes": short,
    "Ed25519 and bytes behind": behind,
    "Ed25519 with parameters": asn1.privateKey(parameters, asn1.octets(Buffer.alloc(32))),
    "empty sequence": asn1.sequence(),
  };
}
