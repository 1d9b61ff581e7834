/**
 * The whole scenario in the address of the page: `#s=1.` and the document as JSON, deflated (RFC
 * 1951), in base64url. The number is the version; links of older versions keep working.
 */
import type { ScenarioDocument } from "wasmerang";

export type LinkContent =
  /** There is no link in this hash. */
  | { readonly kind: "none" }
  /** Well-formed JSON; whether it is a scenario is for readScenario to say. */
  | { readonly kind: "document"; readonly document: unknown }
  /** `version` is the link's, where it has one that is not ours. */
  | { readonly kind: "unreadable"; readonly version: string | undefined };

const VERSION = "1";
/** A link of a few bytes can inflate to gigabytes; no scenario of the page comes near this. */
const MAX_JSON_BYTES = 4 * 1024 * 1024;

/** The hash, with its `#`, that carries a document. */
export async function writeLink(document: ScenarioDocument): Promise<string> {
  const json = new TextEncoder().encode(JSON.stringify(document));
  const deflated = await collect(through(json, new CompressionStream("deflate-raw")), Infinity);
  return `#s=${VERSION}.${toBase64Url(deflated)}`;
}

/** Reads a hash; never throws, whatever is in it. */
export async function readLink(hash: string): Promise<LinkContent> {
  if (!hash.startsWith("#s=")) return { kind: "none" };
  const [, version, payload] = /^#s=(\d{1,6})\.([A-Za-z0-9_-]*)$/.exec(hash) ?? [];
  if (version === undefined || payload === undefined) {
    return { kind: "unreadable", version: undefined };
  }
  if (version !== VERSION) return { kind: "unreadable", version };
  try {
    const deflated = fromBase64Url(payload);
    const inflating = through(deflated, new DecompressionStream("deflate-raw"));
    const json = await collect(inflating, MAX_JSON_BYTES);
    const text = new TextDecoder("utf-8", { fatal: true }).decode(json);
    return { kind: "document", document: JSON.parse(text) };
  } catch {
    // Cut off, altered, or made by something else: base64, deflate, UTF-8 or JSON does not hold.
    return { kind: "unreadable", version: undefined };
  }
}

/** What to tell the user about a link that could not be read. */
export function unreadableText(version: string | undefined): string {
  const which = version === undefined ? "" : ` (version ${version})`;
  return `This link could not be read${which}. Showing the default scenario.`;
}

function through(bytes: Uint8Array<ArrayBuffer>, transform: GenericTransform) {
  const source = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start(controller) {
      controller.enqueue(bytes);
      controller.close();
    },
  });
  return source.pipeThrough(transform);
}
type GenericTransform = ReadableWritablePair<Uint8Array<ArrayBuffer>, BufferSource>;

async function collect(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  most: number,
): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  const reader = stream.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > most) {
      await reader.cancel();
      throw new RangeError(`inflates to more than ${most} bytes`);
    }
    parts.push(value);
  }
  const all = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function toBase64Url(bytes: Uint8Array): string {
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

function fromBase64Url(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}
