/** Edits of what scenarios rarely set; loaded with the forms for it. */
import type { ScenarioDocument } from "wasmerang";
import { patched, type ConnectionDocument, type Patch } from "./editScenario.ts";

export type TcpProxyDocument = NonNullable<ScenarioDocument["tcpProxy"]>;
export type ListenerDocument = NonNullable<ScenarioDocument["listener"]>;
export type StepDocument = NonNullable<ConnectionDocument["steps"]>[number];
export type BytesDocument = string | { readonly base64: string };

export function editTcpProxy(
  document: ScenarioDocument,
  patch: Patch<TcpProxyDocument>,
): ScenarioDocument {
  return { ...document, tcpProxy: patched(document.tcpProxy ?? { cluster: "default" }, patch) };
}

export function editListener(
  document: ScenarioDocument,
  patch: Patch<ListenerDocument>,
): ScenarioDocument {
  return { ...document, listener: patched(document.listener ?? {}, patch) };
}

/** tcp_proxy chooses by weight, at first evenly between all clusters of the scenario. */
export function weighAll(document: ScenarioDocument): ScenarioDocument {
  const weightedClusters = Object.keys(document.clusters).map((name) => ({ name, weight: 1 }));
  return editTcpProxy(document, { cluster: undefined, weightedClusters });
}

/** Bytes as hexadecimal pairs: `68 65 6c`. */
export function toHex(bytes: BytesDocument): string {
  const all =
    typeof bytes === "string" ? new TextEncoder().encode(bytes) : fromBase64(bytes.base64);
  return Array.from(all, (byte) => byte.toString(16).padStart(2, "0")).join(" ");
}

/** Reads hexadecimal pairs, with or without spaces; answers undefined for anything else. */
export function readHex(text: string): { readonly base64: string } | undefined {
  const digits = text.replace(/\s/g, "");
  if (!/^([0-9a-f]{2})*$/i.test(digits)) return undefined;
  const pairs = digits.match(/../g) ?? [];
  const binary = pairs.map((pair) => String.fromCharCode(parseInt(pair, 16))).join("");
  return { base64: btoa(binary) };
}

/** Bytes as text; undefined where they are no UTF-8, which text cannot hold. */
export function toText(bytes: BytesDocument): string | undefined {
  if (typeof bytes === "string") return bytes;
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(
      fromBase64(bytes.base64),
    );
  } catch {
    return undefined;
  }
}

/** Answers no bytes for a text that is no base64; the document then has a problem there. */
function fromBase64(text: string): Uint8Array {
  try {
    return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  } catch {
    return new Uint8Array();
  }
}
