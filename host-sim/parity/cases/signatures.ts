/** verify_signature and sign with keys of every kind, made anew for each run. */
import { createSign, generateKeyPairSync, type KeyObject } from "node:crypto";
import { from, type ParityCase, scenario } from "./case.ts";
import { type KeyPair, pkcs8, spki } from "./keyDer.ts";
import { oddPrivateKeys } from "./privateKeys.ts";
import { oddPublicKeys } from "./publicKeys.ts";
import {
  type SignatureCall,
  signatureGuest,
  signMessage,
  verifyMessage,
} from "./signatureGuest.ts";

const hashes = ["sha1", "sha224", "sha256", "sha384", "sha512"] as const;
const TEXT = "what is signed";

const rsa = (modulusLength: number): KeyPair => generateKeyPairSync("rsa", { modulusLength });
const ec = (namedCurve: string): KeyPair => generateKeyPairSync("ec", { namedCurve });

const signWith = (hash: string, key: KeyObject, text: string): Buffer =>
  createSign(hash).update(text).sign(key);

function flipped(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at] = (copy[at] ?? 0) ^ 1;
  return copy;
}

/** Good and bad signatures, with every hash that the key is long enough for. */
function verifications(label: string, { publicKey, privateKey }: KeyPair): SignatureCall[] {
  const key = spki(publicKey);
  const calls = hashes.flatMap((hash) => {
    if (label === "RSA 512" && ["sha384", "sha512"].includes(hash)) {
      return [[hash, verifyMessage(hash, key, TEXT, Buffer.alloc(64, 1))] as const];
    }
    const signature = signWith(hash, privateKey, TEXT);
    const other = hash === "sha256" ? "sha1" : "sha256";
    return [
      [hash, verifyMessage(hash, key, TEXT, signature)],
      [`${hash} in capitals`, verifyMessage(hash.toUpperCase(), key, TEXT, signature)],
      [`${hash} for ${other}`, verifyMessage(other, key, TEXT, signature)],
      [`${hash}, another text`, verifyMessage(hash, key, `${TEXT}.`, signature)],
      [`${hash}, first byte`, verifyMessage(hash, key, TEXT, flipped(signature, 0))],
      [
        `${hash}, last byte`,
        verifyMessage(hash, key, TEXT, flipped(signature, signature.length - 1)),
      ],
    ] as const;
  });
  const empty = signWith("sha1", privateKey, "");
  const more = [
    ["empty text", verifyMessage("sha1", key, "", empty)],
    ["no signature", verifyMessage("sha1", key, TEXT)],
    ["no hash", verifyMessage("", key, TEXT, empty)],
    ["another hash", verifyMessage("md5", key, TEXT, empty)],
    ["short", verifyMessage("sha1", key, "", empty.subarray(0, -1))],
    ["long", verifyMessage("sha1", key, "", Buffer.concat([empty, Buffer.alloc(1)]))],
    ["zero in front", verifyMessage("sha1", key, "", Buffer.concat([Buffer.alloc(1), empty]))],
    ["zeros", verifyMessage("sha1", key, "", Buffer.alloc(empty.length))],
    ["ones", verifyMessage("sha1", key, "", Buffer.alloc(empty.length, 255))],
  ] as const;
  return [...calls, ...more].map(([what, message]) => ({
    label: `${label}: ${what}`,
    name: "verify_signature",
    message,
  }));
}

const signed = (label: string, { privateKey }: KeyPair): SignatureCall[] =>
  ["sha1", "SHA224", "sha256", "sha384", "sha512", "md5", ""].map((hash) => ({
    label: `${label}: ${hash}`,
    name: "sign",
    message: signMessage(hash, pkcs8(privateKey), hash === "sha256" ? "" : TEXT),
  }));

const signedAndVerified = (label: string, { publicKey, privateKey }: KeyPair): SignatureCall[] =>
  hashes.map((hash) => ({
    label: `${label}: ${hash}`,
    name: "sign",
    message: signMessage(hash, pkcs8(privateKey), TEXT),
    verifiedWith: verifyMessage(hash, spki(publicKey), TEXT),
  }));

const pem = (label: string, bytes: Buffer, width = 64): string =>
  `-----BEGIN ${label}-----\n${bytes.toString("base64").replace(new RegExp(`.{${width}}`, "g"), "$&\n")}\n-----END ${label}-----\n`;

function withPem(rsaKeys: KeyPair, ecKeys: KeyPair): SignatureCall[] {
  const { publicKey, privateKey } = rsaKeys;
  const signature = signWith("sha256", privateKey, TEXT);
  const good = publicKey.export({ type: "spki", format: "pem" }).toString();
  const keys = {
    good,
    "carriage returns": good.replaceAll("\n", "\r\n"),
    "text in front": `hello\n${good}`,
    "text on the line in front": `hello ${good}`,
    "another block in front": `${pem("OTHER", Buffer.from("hello"))}${good}`,
    "no end": good.slice(0, -20),
    "no line break at the end": good.trimEnd(),
    "not base64": good.replace(/^M/m, "!"),
    "one line": pem("PUBLIC KEY", spki(publicKey), 10_000),
    "one long line": pem("PUBLIC KEY", Buffer.concat([spki(publicKey), Buffer.alloc(200)]), 10_000),
    "spaces in front of lines": good.replace(/\n(?!-|$)/g, "\n  "),
    "spaces in a line": good.replace("\nMI", "\nM I"),
    "lines of 76": pem("PUBLIC KEY", spki(publicKey), 76),
    "lines of 5": pem("PUBLIC KEY", spki(publicKey), 5),
    "empty line in front": good.replace("\nM", "\n\nM"),
    "empty line in it": good.replace(/\n(?=.*\n.*\n-----END)/, "\n\n"),
    "empty line at the end": good.replace("\n-----END", "\n\n-----END"),
    "a header": good.replace("\nM", "\nKey: value\n\nM"),
    "a header without an empty line": good.replace("\nM", "\nKey: value\nM"),
    "another block in front that is not base64": `-----BEGIN OTHER-----\n!\n-----END OTHER-----\n${good}`,
    "another label at the end": good.replace("END PUBLIC", "END OTHER"),
    "text behind the end": good.trimEnd() + " more",
    "no base64": "-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----\n",
    "spaces at the ends of lines": good.replaceAll("\n", " \n"),
    "another label": pem("RSA PUBLIC KEY", spki(publicKey)),
    "PKCS 1": publicKey.export({ type: "pkcs1", format: "pem" }).toString(),
    "private key": privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    "bytes behind the key": pem("PUBLIC KEY", Buffer.concat([spki(publicKey), Buffer.alloc(3)])),
    "DER in it is broken": pem("PUBLIC KEY", spki(publicKey).subarray(1)),
  };
  const privateKeys = {
    good: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    "PKCS 1": privateKey.export({ type: "pkcs1", format: "pem" }).toString(),
    "public key": good,
    "another label": pem("ANY PRIVATE KEY", pkcs8(privateKey)),
    "bytes behind the key": pem("PRIVATE KEY", Buffer.concat([pkcs8(privateKey), Buffer.alloc(3)])),
    "PKCS 1 as PKCS 8": pem("PRIVATE KEY", privateKey.export({ type: "pkcs1", format: "der" })),
    "PKCS 8 as PKCS 1": pem("RSA PRIVATE KEY", pkcs8(privateKey)),
    "PKCS 8 of EC as PKCS 1": pem("RSA PRIVATE KEY", pkcs8(ecKeys.privateKey)),
    "PKCS 8 of RSA as EC": pem("EC PRIVATE KEY", pkcs8(privateKey)),
    "bytes behind PKCS 1": pem(
      "RSA PRIVATE KEY",
      Buffer.concat([privateKey.export({ type: "pkcs1", format: "der" }), Buffer.alloc(3)]),
    ),
  };
  return [
    ...Object.entries(keys).map(([label, key]): SignatureCall => ({
      label: `public: ${label}`,
      name: "verify_signature",
      message: verifyMessage("sha256", key, TEXT, signature),
    })),
    ...Object.entries(privateKeys).map(([label, key]): SignatureCall => ({
      label: `private: ${label}`,
      name: "sign",
      message: signMessage("sha256", key, TEXT),
    })),
    {
      label: "EC",
      name: "verify_signature",
      message: verifyMessage(
        "sha256",
        ecKeys.publicKey.export({ type: "spki", format: "pem" }).toString(),
        TEXT,
        signWith("sha256", ecKeys.privateKey, TEXT),
      ),
    },
  ];
}

const ecPem = (key: KeyObject): readonly (readonly [string, string])[] => [
  ["SEC 1 in PEM", key.export({ type: "sec1", format: "pem" }).toString()],
  ["PKCS 8 in PEM", pem("PRIVATE KEY", pkcs8(key))],
  ["PKCS 8 in PEM as SEC 1", pem("EC PRIVATE KEY", pkcs8(key))],
];

export async function signatureCases(): Promise<readonly ParityCase[]> {
  const [small, usual, large] = [rsa(512), rsa(1024), rsa(2048)];
  const curves = ["secp224r1", "prime256v1", "secp384r1", "secp521r1"].map(
    (name) => [name, ec(name)] as const,
  );
  const p256 = ec("prime256v1");
  const lists: Readonly<Record<string, readonly SignatureCall[]>> = {
    "RSA of 512 bits": verifications("RSA 512", small),
    "RSA of 1024 bits": verifications("RSA 1024", usual),
    "RSA of 2048 bits": verifications("RSA 2048", large),
    ...Object.fromEntries(curves.map(([name, keys]) => [name, verifications(name, keys)])),
    "signed with RSA": [
      ...signed("RSA 512", small),
      ...signed("RSA 1024", usual),
      ...signed("RSA 2048", large),
    ],
    "keys in PEM": withPem(usual, p256),
    "public keys": oddPublicKeys(usual, p256),
    "private keys": oddPrivateKeys(usual, p256),
  };
  const verified = [
    ...curves.flatMap(([name, keys]) => signedAndVerified(name, keys)),
    ...ecPem(p256.privateKey).map(([label, key]) => ({
      label,
      name: "sign" as const,
      message: signMessage("sha256", key, TEXT),
      verifiedWith: verifyMessage("sha256", spki(p256.publicKey), TEXT),
    })),
  ];
  const play = scenario({ connections: [from("10.0.0.42:51324", { close: "client" })] });
  return [
    ...(await Promise.all(
      Object.entries(lists).map(async ([name, calls]) => ({
        name: `signatures: ${name}`,
        wasm: await signatureGuest(calls),
        scenario: play,
      })),
    )),
    {
      // Lengths differ each time, and so do the calls of the allocator: only the log counts.
      name: "signatures: signed with EC, then verified",
      wasm: await signatureGuest(verified),
      scenario: play,
      ownLogLevel: true,
    },
  ];
}
