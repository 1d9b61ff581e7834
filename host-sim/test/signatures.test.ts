/**
 * Signatures against those of node:crypto, and what is marked: what Envoy answers to keys of every
 * shape is in the parity cases.
 */
import { createSign, createVerify, generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { from, scenario } from "../parity/cases/case.ts";
import { pkcs8, spki } from "../parity/cases/keyDer.ts";
import { signatureGuest, signMessage, verifyMessage } from "../parity/cases/signatureGuest.ts";
import { sign, verifySignature, type SignatureOutcome } from "../src/envoy/signatures.ts";
import { loadLibraries, simulate, type Libraries } from "../src/index.ts";

const TEXT = "what is signed";
const rsa = generateKeyPairSync("rsa", { modulusLength: 1024 });
const ec = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
const dsa = generateKeyPairSync("dsa", { modulusLength: 1024, divisorLength: 160 });

/** The result message is 08 01, and 12 with a length in front of the signature. */
function signatureIn(outcome: SignatureOutcome): Buffer {
  if (typeof outcome === "string" || "notModelled" in outcome) throw new Error("no signature");
  const { result } = outcome;
  return Buffer.from(result.subarray((result[3] ?? 0) < 0x80 ? 4 : 5));
}

describe("sign", () => {
  it("makes the signature that node makes with RSA", () => {
    const expected = createSign("sha256").update(TEXT).sign(rsa.privateKey);
    const outcome = sign(signMessage("sha256", pkcs8(rsa.privateKey), TEXT));
    expect(signatureIn(outcome)).toEqual(expected);
    expect(outcome).not.toHaveProperty("isRandom");
  });

  it.each(["secp224r1", "prime256v1", "secp384r1", "secp521r1"])(
    "makes a signature that node verifies with %s",
    (namedCurve) => {
      const keys = generateKeyPairSync("ec", { namedCurve });
      const outcome = sign(signMessage("sha384", pkcs8(keys.privateKey), TEXT));
      const verify = createVerify("sha384").update(TEXT);
      expect(verify.verify(keys.publicKey, signatureIn(outcome))).toBe(true);
      expect(outcome).toHaveProperty("isRandom", true);
    },
  );

  it.each([
    ["a DSA key", pkcs8(dsa.privateKey)],
    [
      "an encrypted key",
      rsa.privateKey
        .export({ type: "pkcs8", format: "pem", cipher: "aes-128-cbc", passphrase: "x" })
        .toString(),
    ],
    [
      "a PEM header",
      rsa.privateKey
        .export({ type: "pkcs1", format: "pem", cipher: "aes-128-cbc", passphrase: "x" })
        .toString(),
    ],
  ])("leaves open %s", (notModelled, key) => {
    expect(sign(signMessage("sha256", key, TEXT))).toEqual({ notModelled });
  });
});

describe("verifySignature", () => {
  it("leaves open base64 in lines of another length behind an empty line", () => {
    const base64 = spki(ec.publicKey).toString("base64").replace(/.{60}/g, "$&\n");
    const key = `-----BEGIN PUBLIC KEY-----\n\n${base64}\n-----END PUBLIC KEY-----\n`;
    expect(verifySignature(verifyMessage("sha256", key, TEXT))).toHaveProperty("notModelled");
  });
});

describe("a guest that signs", () => {
  const message = signMessage("sha256", pkcs8(ec.privateKey), TEXT);
  const wasm = signatureGuest([{ label: "EC", name: "sign", message }]);

  async function remarksWith(libraries: Libraries): Promise<readonly unknown[]> {
    const remarks: unknown[] = [];
    simulate(
      await wasm,
      scenario({ connections: [from("10.0.0.42:51324", { close: "client" })] }),
      (it) => {
        if (it.kind === "hostCall" && it.name === "proxy_call_foreign_function") remarks.push(it);
      },
      { libraries },
    );
    return remarks;
  }

  it("is told that Envoy makes another signature each time", async () => {
    const calls = await remarksWith(await loadLibraries(await wasm));
    expect(JSON.stringify(calls)).toContain("Envoy draws a number for each ECDSA signature");
  });

  it("is told that sign is not modelled without its library", async () => {
    expect(JSON.stringify(await remarksWith({}))).toContain("sign needs a library");
  });
});
