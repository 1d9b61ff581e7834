/** What each part of guest memory is to a host call. */
import type { HostCall, NamedValue } from "wasmerang";
import { wordsOf } from "./describeCall.ts";

export interface MemoryPart {
  /** Unique in the call. */
  readonly key: string;
  readonly name: string;
  readonly pointer: number;
  readonly length: number;
  /** What the host did there. */
  readonly access: "read" | "wrote";
}

const WORD = 4;

/** In the order of arguments, then results. Ranges of no bytes are left out. */
export function memoryParts(call: HostCall): readonly MemoryPart[] {
  return [
    ...call.args.flatMap((arg) => argumentParts(call, arg)),
    ...call.results.flatMap(({ name, value }): MemoryPart[] =>
      "pointer" in value && value.length > 0
        ? [
            {
              key: `result ${name}`,
              name: `${wordsOf(name)}, result`,
              pointer: value.pointer,
              length: value.length,
              access: "wrote",
            },
          ]
        : [],
    ),
  ];
}

function argumentParts(call: HostCall, { name, value }: NamedValue): readonly MemoryPart[] {
  const words = wordsOf(name);
  if ("pointer" in value) {
    if (value.length === 0) return [];
    const { pointer, length } = value;
    return [{ key: name, name: words, pointer, length, access: "read" }];
  }
  const result = call.results.find((it) => it.name === name)?.value;
  // Without results nothing was written: the call failed.
  if (value.kind !== "out" || result === undefined) return [];
  const isPair = value.pointers.length === 2;
  const length = result.kind === "i64" ? 2 * WORD : WORD;
  return value.pointers.flatMap((pointer, index): MemoryPart[] => {
    // A null pointer tells Envoy that the guest does not want this result.
    if (pointer === 0 && call.name === "proxy_call_foreign_function") return [];
    const what = isPair ? (index === 0 ? `${words}, pointer` : `${words}, size`) : words;
    return [{ key: `${name} ${index}`, name: what, pointer, length, access: "wrote" }];
  });
}
