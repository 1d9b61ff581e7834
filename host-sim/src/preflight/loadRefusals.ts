/** Why a file cannot be loaded, in words. */
import { describeFile, isComponent } from "./fileKind.ts";
import type { RefusalReason } from "./moduleReport.ts";
import type { WasmModule, WasmModuleError } from "../wasmModule.ts";

type Parsed = WasmModule | WasmModuleError;

const MARKERS =
  "proxy_abi_version_0_1_0, proxy_abi_version_0_2_0 and proxy_abi_version_0_2_1 (functions)";

const where = (parsed: WasmModuleError) => `${parsed.error} (byte ${parsed.offset})`;

export const emptyReason: RefusalReason = {
  code: "empty",
  summary: "The file is empty.",
  remedy: "Build the module again, or name another file.",
};

/** The file does not read as a sequence of sections. */
export function corruptedReason(bytes: Uint8Array, parsed: Parsed): RefusalReason {
  const isWasm = bytes[0] === 0 && bytes[1] === 0x61 && bytes[2] === 0x73 && bytes[3] === 0x6d;
  if (!isWasm) return notWasm(bytes);
  if (isComponent(bytes)) return componentReason;
  if (!("error" in parsed)) {
    return {
      code: "corrupted",
      summary: "The module's name section, or another custom section, is malformed.",
      remedy: "Remove custom sections (wasm-strip), or build the module again.",
    };
  }
  return damaged(bytes, parsed);
}

function notWasm(bytes: Uint8Array): RefusalReason {
  return {
    code: "notWasm",
    summary: `The file is not a wasm module: it is ${describeFile(bytes)}.`,
    remedy: "A wasm module begins with the bytes 00 61 73 6d 01 00 00 00.",
  };
}

const componentReason: RefusalReason = {
  code: "component",
  summary: "The file is a wasm component. Envoy runs core modules.",
  remedy: "Build for wasm32-wasip1 (or wasm32-unknown-unknown), not for wasm32-wasip2.",
};

function damaged(bytes: Uint8Array, parsed: WasmModuleError): RefusalReason {
  const truncated = /but only \d+ (?:bytes )?follow|the bytes end within/.test(parsed.error);
  return {
    code: truncated ? "truncated" : "corrupted",
    summary: truncated
      ? `The module is cut off: ${where(parsed)}; the file has ${bytes.length} bytes.`
      : `The module is damaged: ${where(parsed)}.`,
    remedy: "Build or download the module again.",
  };
}

/** No export names an ABI version that Envoy knows. */
export function noAbiReason(bytes: Uint8Array, parsed: Parsed): RefusalReason {
  if (bytes.length < 8) return notWasm(bytes);
  if (isComponent(bytes)) return componentReason;
  if ("error" in parsed) return damaged(bytes, parsed);
  const marker = parsed.exports.find((it) => it.name.startsWith("proxy_abi_version_"));
  if (marker && marker.kind !== "function") {
    return {
      code: "noAbi",
      summary: `The export ${marker.name} is a ${marker.kind}; only a function counts.`,
      remedy: "Export an empty function of that name.",
    };
  }
  if (marker) {
    return {
      code: "unsupportedAbi",
      summary: `The module is for ${marker.name}, which Envoy 1.40 does not know.`,
      remedy: `Envoy 1.40 knows ${MARKERS}.`,
    };
  }
  const isProxyWasm = parsed.exports.some((it) => it.name.startsWith("proxy_on_"));
  return {
    code: "noAbi",
    summary: isProxyWasm
      ? "The module exports proxy-wasm callbacks, but no ABI version."
      : "The module exports no proxy-wasm ABI version: it is not a proxy-wasm plugin.",
    remedy: `Export one of ${MARKERS}. SDKs do that for you.`,
  };
}

/** The engine does not compile the module. */
export function invalidReason(
  bytes: Uint8Array,
  parsed: Parsed,
  compileError: string | undefined,
): RefusalReason {
  if (isComponent(bytes)) return componentReason;
  const summary =
    compileError ?? ("error" in parsed ? where(parsed) : "the engine does not take the module");
  return {
    code: "invalid",
    summary: `The module is not valid: ${summary}.`,
    remedy: "Build it again; it may use a wasm feature that the engine lacks.",
  };
}
