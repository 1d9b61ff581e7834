/**
 * For modules that do not do the same in every run of Envoy, those of Go above all: their runtime
 * reads the clock, seeds its maps, collects garbage when it likes and so moves what it allocates.
 * Takes out of a trace what depends on that, and nothing else.
 */
import { hostcalls, wasiModules } from "../src/hostcalls/index.ts";
import type { Hostcall } from "../src/hostcalls/define.ts";

/** How often these are called is a matter of time and luck; a guest learns nothing else from them. */
const DROPPED =
  /^\[vm(?:->|<-)host\] wasi_\w+\.(?:clock_time_get|poll_oneoff|random_get|sched_yield)\b/;
/** Below it no linker puts data, so such a word of a WASI call is a number and not an address. */
const FIRST_ADDRESS = 1024;
const ADDRESS = "*";

const declarations: ReadonlyMap<string, Hostcall> = new Map(
  hostcalls.flatMap((it) =>
    (it.module === "wasi" ? wasiModules : ["env"]).map((module) => [`${module}.${it.name}`, it]),
  ),
);

/** The lines without calls that only tell the time, and with `*` for every address. */
export function normalise(lines: readonly string[]): readonly string[] {
  return lines
    .flatMap((message) => message.split("\n"))
    .filter((line) => !DROPPED.test(line))
    .map(hideAddresses);
}

function hideAddresses(line: string): string {
  const call = /^(\[vm->host\] ([\w.]+)\()([\d, ]*)\)$/.exec(line);
  if (call) {
    const [, head = "", name = "", words = ""] = call;
    return `${head}${hideWords(declarations.get(name), words.split(", ")).join(", ")})`;
  }
  if (/^\[host<-vm\] (?:malloc|proxy_on_memory_allocate) return: [1-9]/.test(line)) {
    return line.replace(/\d+$/, ADDRESS);
  }
  // What a panic of Go prints of its registers and arguments.
  return line.startsWith("wasm log") ? line.replace(/0x[0-9a-f]+/g, `0x${ADDRESS}`) : line;
}

function hideWords(declaration: Hostcall | undefined, words: readonly string[]): readonly string[] {
  if (!declaration || declaration.module === "wasi") {
    return words.map((word) => (Number(word) < FIRST_ADDRESS ? word : ADDRESS));
  }
  const isAddress = [
    ...Object.values(declaration.params).flatMap(({ kind }) =>
      kind === "u32" || kind === "i64" || kind === "enum" ? [false] : [true, false],
    ),
    ...Object.values(declaration.results).flatMap(({ kind }) =>
      kind === "bytesOut" ? [true, true] : [true],
    ),
  ];
  return words.map((word, i) => (isAddress[i] ? ADDRESS : word));
}
