/** Which toolchain made a module; a guess, with its evidence. */
import type { WasmModule } from "../wasmModule.ts";

export interface SdkGuess {
  readonly sdk: "AssemblyScript" | "Rust" | "Go" | "TinyGo" | "C++" | "Zig" | "hand-written";
  /** What in the module says so. */
  readonly evidence: string;
}

const ASSEMBLYSCRIPT_EXPORTS = ["__new", "__pin", "__unpin", "__collect", "__rtti_base"];

/** Answers undefined when nothing points anywhere. */
export function guessSdk(module: WasmModule, bytes: Uint8Array): SdkGuess | undefined {
  const producers = [
    ...(module.producers?.language ?? []),
    ...(module.producers?.processedBy ?? []),
  ].join(", ");
  const byProducers = producers ? fromProducers(producers) : undefined;
  if (byProducers) return { sdk: byProducers, evidence: `producers section: ${producers}` };

  const exported = module.exports.map((it) => it.name);
  const assemblyScript = exported.find((name) => ASSEMBLYSCRIPT_EXPORTS.includes(name));
  if (assemblyScript) return { sdk: "AssemblyScript", evidence: `export ${assemblyScript}` };
  for (const { name } of module.customSections) {
    if (name === "go:buildid" || name === "go.buildid") {
      return { sdk: "Go", evidence: `custom section ${name}` };
    }
  }
  for (const name of module.functionNames.values()) {
    const sdk = fromFunctionName(name);
    if (sdk) return { sdk, evidence: `function name ${name}` };
  }
  if (includesUtf16(bytes, "~lib/")) {
    return { sdk: "AssemblyScript", evidence: 'the UTF-16 text "~lib/" in its data' };
  }
  const emscripten =
    exported.find((name) => name.startsWith("emscripten_")) ??
    module.imports.find((it) => it.name.startsWith("emscripten_"))?.name;
  if (emscripten) return { sdk: "C++", evidence: emscripten };
  return undefined;
}

function fromProducers(text: string): SdkGuess["sdk"] | undefined {
  if (/\bTinyGo\b/i.test(text)) return "TinyGo";
  if (/\b(?:Rust|rustc)\b/i.test(text)) return "Rust";
  if (/\bGo\b/.test(text)) return "Go";
  if (/\bzig\b/i.test(text)) return "Zig";
  if (/AssemblyScript/i.test(text)) return "AssemblyScript";
  if (/\bC_plus_plus|\bclang\b|emscripten/i.test(text)) return "C++";
  return undefined;
}

function fromFunctionName(name: string): SdkGuess["sdk"] | undefined {
  if (name.startsWith("~lib/")) return "AssemblyScript";
  if (/^_ZN10proxy_wasm|^proxy_wasm::|^_?rust_|__rust_/.test(name)) return "Rust";
  if (/^(?:runtime\.|go:main\.)/.test(name)) return "Go";
  return undefined;
}

/** A plain search: the needle is short, and the first unit rarely matches. */
function includesUtf16(bytes: Uint8Array, text: string): boolean {
  const needle = [...text].flatMap((letter) => [letter.charCodeAt(0), 0]);
  const first = needle[0] ?? 0;
  for (let at = bytes.indexOf(first); at >= 0; at = bytes.indexOf(first, at + 1)) {
    if (needle.every((byte, index) => bytes[at + index] === byte)) return true;
  }
  return false;
}
