/** Keys in PEM as BoringSSL reads them (crypto/pem). */
import { decodeBase64 } from "../bytes.ts";
import {
  type NotModelled,
  type PrivateKey,
  type PublicKey,
  readPrivateKey,
  readPublicKey,
  readPrivateKeyOf,
} from "./keys.ts";

interface PemBlock {
  /** As "PUBLIC KEY". */
  readonly label: string;
  readonly bytes: Uint8Array;
}

const BEGIN = /^-----BEGIN (.*)-----$/;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const LINE = 64;
const DSA = "DSA PRIVATE KEY";
const ENCRYPTED = "ENCRYPTED PRIVATE KEY";

/** The first block with one of the labels; text and other blocks before it do not matter. */
function readPem(text: string, labels: readonly string[]): PemBlock | NotModelled | undefined {
  const lines = text.split("\n").map((line) => line.trimEnd());
  for (let at = 0; at < lines.length; at++) {
    const label = BEGIN.exec(lines[at] ?? "")?.[1];
    if (label === undefined) continue;
    const end = lines.findIndex((line, i) => i > at && line.startsWith("-----END "));
    if (lines[end] !== `-----END ${label}-----`) return undefined;
    const body = readBody(lines.slice(at + 1, end));
    if (body === undefined || "notModelled" in body) return body;
    if (labels.includes(label)) return { label, bytes: body.bytes };
    if (label === ENCRYPTED) return { notModelled: "an encrypted key" };
    at = end;
  }
  return undefined;
}

/** An empty line separates a header from the base64; without one there is no header. */
function readBody(
  lines: readonly string[],
): { readonly bytes: Uint8Array } | NotModelled | undefined {
  const empty = lines.indexOf("");
  if (empty > 0) {
    return lines[0]?.startsWith("Proc-Type: ") ? { notModelled: "a PEM header" } : undefined;
  }
  const body = lines.slice(empty + 1);
  if (
    empty === 0 &&
    body.some(({ length }, i) => (i < body.length - 1 ? length !== LINE : length > LINE))
  ) {
    return { notModelled: "an empty line before base64 whose lines have not 64 characters" };
  }
  const base64 = body.join("").replace(/[ \t]/g, "");
  return BASE64.test(base64) ? { bytes: decodeBase64(base64) } : undefined;
}

/** Undefined for a key with which Envoy cannot verify. */
export function readPublicKeyPem(text: string): PublicKey | NotModelled | undefined {
  const block = readPem(text, ["PUBLIC KEY"]);
  return block && "bytes" in block ? readPublicKey(block.bytes) : block;
}

/** Undefined for what Envoy does not read. A block of RSA or EC may hold PKCS #8, too. */
export function readPrivateKeyPem(text: string): PrivateKey | NotModelled | undefined {
  const block = readPem(text, ["PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY", DSA]);
  if (!block || "notModelled" in block) return block;
  const { label, bytes } = block;
  if (label === DSA) return { notModelled: "a DSA key" };
  if (label === "RSA PRIVATE KEY") return readPrivateKeyOf("rsa", bytes);
  return label === "EC PRIVATE KEY" ? readPrivateKeyOf("ec", bytes) : readPrivateKey(bytes);
}
