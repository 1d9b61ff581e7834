/** The hash functions that verify_signature and sign know (Envoy's UtilityImpl::getHashFunction). */
import { sha1 } from "@noble/hashes/legacy.js";
import { sha224, sha256, sha384, sha512 } from "@noble/hashes/sha2.js";
import type { CHash } from "@noble/hashes/utils.js";
import { asciiLowerCase } from "../bytes.ts";
import { NULL, OBJECT_IDENTIFIER, OCTET_STRING, SEQUENCE } from "./der.ts";

export interface Hash {
  digest(text: Uint8Array): Uint8Array;
  /** DER of DigestInfo up to the digest (RFC 8017, 9.2). */
  readonly digestInfo: Uint8Array;
}

const SHA1 = [0x2b, 0x0e, 0x03, 0x02, 0x1a];
/** The last number of the identifier of a member of SHA-2. */
const sha2 = (last: number) => [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, last];

/** By the name in lower case. */
const hashes: ReadonlyMap<string, Hash> = new Map([
  ["sha1", defineHash(sha1, SHA1)],
  ["sha224", defineHash(sha224, sha2(4))],
  ["sha256", defineHash(sha256, sha2(1))],
  ["sha384", defineHash(sha384, sha2(2))],
  ["sha512", defineHash(sha512, sha2(3))],
]);

function defineHash(hash: CHash, identifier: readonly number[]): Hash {
  const size = hash.outputLen;
  const algorithm = [OBJECT_IDENTIFIER, identifier.length, ...identifier, NULL, 0];
  const contents = [SEQUENCE, algorithm.length, ...algorithm, OCTET_STRING, size];
  return {
    digest: (text) => hash(text),
    digestInfo: Uint8Array.of(SEQUENCE, contents.length + size, ...contents),
  };
}

/** The case of ASCII letters does not matter. Undefined: Envoy has no such hash. */
export const findHash = (name: string): Hash | undefined => hashes.get(asciiLowerCase(name));
