/**
 * Programs of the scripted guest (guest.ts): lists of actions, each tied to a callback. They travel
 * as the plugin's configuration, so that one module plays any of them.
 */
import type { AbiVersion } from "../../src/abi.ts";
import { hostcallsFor } from "../../src/hostcalls/index.ts";
import type { Hostcall } from "../../src/hostcalls/define.ts";

/** Callbacks that run actions; the number is what the guest compares. */
export const callbacks = {
  createPlugin: 0,
  vmStart: 1,
  configure: 2,
  create: 3,
  newConnection: 4,
  downstreamData: 5,
  upstreamData: 6,
  downstreamClose: 7,
  upstreamClose: 8,
  done: 9,
  log: 10,
  delete: 11,
  tick: 12,
  queueReady: 13,
  httpResponse: 14,
  grpcInitialMetadata: 15,
  grpcMessage: 16,
  grpcTrailingMetadata: 17,
  grpcClose: 18,
} as const;
export type CallbackName = keyof typeof callbacks;

/** A word; the address and length of bytes (two words); or the word that lies at an address. */
export type Operand = number | { readonly bytes: readonly number[] } | { readonly at: number };

/** What the guest can do beside host calls. `hold` answers 1 while there are fewer bytes and no end. */
export const specials = {
  return: 240,
  hold: 241,
  unreachable: 242,
  store: 243,
  outOfBounds: 244,
  divideByZero: 245,
  recurse: 246,
  grow: 247,
} as const;
export type SpecialName = keyof typeof specials;

export interface Action {
  readonly in: CallbackName;
  /** Context id; 0 for any. */
  readonly context: number;
  /** A host function, or one of the specials. */
  readonly do: string;
  readonly with: readonly Operand[];
}

/** Shorthand: an action in a callback of any context. */
export const act = (
  where: CallbackName,
  what: string,
  ...operands: readonly Operand[]
): Action => ({
  in: where,
  context: 0,
  do: what,
  with: operands,
});
export const text = (value: string): Operand => ({ bytes: [...Buffer.from(value)] });

const RECORD_SIZE = 60;
const WORDS_AT = 8;
const MAX_WORDS = 13;

/** The host functions of an ABI in the order of their numbers. */
export function functionsOf(abi: AbiVersion): readonly Hostcall[] {
  return [...new Set(hostcallsFor(abi).values())];
}

/** The program as the guest reads it: count, records, then the bytes that operands point to. */
export function encodeProgram(actions: readonly Action[], abi: AbiVersion): Uint8Array {
  const numbers = new Map(functionsOf(abi).map(({ name }, i) => [name, i]));
  const literals: number[] = [];
  const literalsAt = 4 + actions.length * RECORD_SIZE;
  const head = Buffer.alloc(literalsAt);
  head.writeUInt32LE(actions.length, 0);
  actions.forEach((action, i) => {
    const at = 4 + i * RECORD_SIZE;
    const number = numbers.get(action.do) ?? (specials as Record<string, number>)[action.do];
    if (number === undefined) throw new Error(`ABI ${abi} has no function ${action.do}`);
    const words: number[] = [];
    let loaded = 0;
    let relative = 0;
    for (const operand of action.with) {
      if (typeof operand === "number") words.push(operand);
      else if ("at" in operand) {
        loaded |= 1 << words.length;
        words.push(operand.at);
      } else {
        relative |= 1 << words.length;
        words.push(literalsAt + literals.length, operand.bytes.length);
        literals.push(...operand.bytes);
      }
    }
    if (words.length > MAX_WORDS) throw new Error(`${action.do}: more than ${MAX_WORDS} words`);
    head[at] = callbacks[action.in];
    head[at + 1] = action.context;
    head[at + 2] = number;
    head.writeUInt16LE(loaded, at + 4);
    head.writeUInt16LE(relative, at + 6);
    words.forEach((word, k) => head.writeInt32LE(word | 0, at + WORDS_AT + k * 4));
  });
  return new Uint8Array([...head, ...literals]);
}

/** As a plugin's configuration. */
export function programConfiguration(
  actions: readonly Action[],
  abi: AbiVersion = "0.2.1",
): { readonly bytes: string } {
  return { bytes: Buffer.from(encodeProgram(actions, abi)).toString("base64") };
}
