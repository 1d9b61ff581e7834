/**
 * Probes: small guests in WebAssembly text, with two conveniences.
 *
 * - `@"text"` stands for two arguments, the address and the length of those bytes (escapes as in
 *   WebAssembly text: `\00`, `\n`). Equal texts share one place in memory.
 * - A probe that is not a whole `(module …)` gets probes/prelude.wat in front: memory, allocator,
 *   the host calls and `$report`. A callback that it does not define gets the prelude's default.
 */
import createWabt from "wabt";

const STRINGS_AT = 65536;
/** Marks a definition of the prelude that is used only where the probe does not export that name. */
const DEFAULT = /^;; default (\w+)\n([^]*?)\n;; end\n/gm;
/** An import of a probe's own, on one line. */
const IMPORT = /^\(import .*$/gm;

export interface WatOptions {
  /** Write the functions' names into a name section (then Envoy prints back-traces). */
  readonly names?: boolean;
}

/** Puts prelude, probe and string data together; answers WebAssembly text. */
export function expandProbe(probe: string, prelude: string): string {
  const code = probe.replace(/^\s*;;.*$/gm, "").trimStart();
  const isWhole = code.startsWith("(module");
  const defaults = prelude.replace(DEFAULT, (_, name: string, definition: string) =>
    probe.includes(`(export "${name}")`) ? "" : `${definition}\n`,
  );
  // In WebAssembly text imports come before everything else.
  const imports = isWhole ? [] : (probe.match(IMPORT) ?? []);
  const text = isWhole ? probe : [...imports, defaults, probe.replace(IMPORT, "")].join("\n");
  const places = new Map<string, { readonly address: number; readonly length: number }>();
  let next = STRINGS_AT;
  const expanded = text.replace(/@"((?:[^"\\]|\\.)*)"/g, (_, literal: string) => {
    let place = places.get(literal);
    if (!place) {
      place = { address: next, length: byteLength(literal) };
      places.set(literal, place);
      next += place.length + 1;
    }
    return `(i32.const ${place.address}) (i32.const ${place.length})`;
  });
  if (isWhole) return expanded;
  const data = [...places].map(
    ([literal, { address }]) => `(data (i32.const ${address}) "${literal}")`,
  );
  return `(module\n${expanded}\n${data.join("\n")}\n)`;
}

/** Length of a WebAssembly text literal in bytes: `\hh` and `\n` are one byte each. */
function byteLength(literal: string): number {
  return new TextEncoder().encode(literal.replace(/\\(?:[0-9a-fA-F]{2}|.)/g, "x")).length;
}

const wabt = createWabt();

/** Compiles WebAssembly text. Throws with wabt's message, which names the line. */
export async function compileWat(
  name: string,
  text: string,
  options: WatOptions = {},
): Promise<Uint8Array> {
  const module = (await wabt).parseWat(name, text, { bulk_memory: true, mutable_globals: true });
  try {
    module.resolveNames();
    // Not validated: some probes are modules that an engine must refuse.
    return module.toBinary({ write_debug_names: options.names ?? false }).buffer;
  } finally {
    module.destroy();
  }
}
