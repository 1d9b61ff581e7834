/**
 * The whole scenario in the address of the page: `#s=1.` and the document as JSON, deflated (RFC
 * 1951), in base64url. The number is the version; links of older versions keep working. Other parts
 * may follow, each as `&name=value`, in any order.
 */
import type { ScenarioDocument } from "wasmerang";

export type LinkContent =
  /** There is no link in this hash. */
  | { readonly kind: "none" }
  /** Well-formed JSON; whether it is a scenario is for readScenario to say. */
  | { readonly kind: "document"; readonly document: unknown; readonly parts: LinkParts }
  /** `version` is the link's, where it has one that is not ours. */
  | { readonly kind: "unreadable"; readonly version: string | undefined };

/** What a link holds beside the scenario. Names are lower-case letters, values of base64url's. */
export type LinkParts = Readonly<Record<string, string>>;

const VERSION = "1";
/** A link of a few bytes can inflate to gigabytes; no scenario of the page comes near this. */
const MAX_JSON_BYTES = 4 * 1024 * 1024;

/** The hash, with its `#`, that carries a document and other parts. */
export async function writeLink(
  document: ScenarioDocument,
  parts: LinkParts = {},
): Promise<string> {
  const more = Object.entries(parts).map(([name, value]) => `&${name}=${value}`);
  return `#s=${VERSION}.${await packJson(document)}${more.join("")}`;
}

/** Reads a hash; never throws, whatever is in it. */
export async function readLink(hash: string): Promise<LinkContent> {
  if (!hash.startsWith("#s=")) return { kind: "none" };
  const [, version, payload, more] =
    /^#s=(\d{1,6})\.([A-Za-z0-9_-]*)((?:&[a-z]+=[A-Za-z0-9_-]*)*)$/.exec(hash) ?? [];
  if (version === undefined || payload === undefined) {
    return { kind: "unreadable", version: undefined };
  }
  if (version !== VERSION) return { kind: "unreadable", version };
  try {
    const parts = Object.fromEntries(new URLSearchParams(more));
    return { kind: "document", document: await unpackJson(payload), parts };
  } catch {
    // Cut off, altered, or made by something else: base64, deflate, UTF-8 or JSON does not hold.
    return { kind: "unreadable", version: undefined };
  }
}

/** Any JSON as letters that an address may hold. */
export async function packJson(value: unknown): Promise<string> {
  const json = new TextEncoder().encode(JSON.stringify(value));
  const deflated = await collect(through(json, new CompressionStream("deflate-raw")), Infinity);
  return toBase64Url(deflated);
}

/** The way back from `packJson`. Throws when the text is none of its, or holds too much. */
export async function unpackJson(packed: string): Promise<unknown> {
  const inflating = through(fromBase64Url(packed), new DecompressionStream("deflate-raw"));
  const json = await collect(inflating, MAX_JSON_BYTES);
  return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(json));
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
