/**
 * Ends a compilation whose types grow without end, such as `deeper<Pair<T, T>>()` inside of
 * `deeper<T>`: their names double at each step, and a browser that runs out of memory ends the whole
 * page with all that is in it. Everything else that grows ends by itself, at the stack's limit.
 */
import { Resolver } from "assemblyscript";

/** Letters in the names of a type's arguments. Those of the filter have at most a few hundred. */
const MOST_LETTERS = 10_000;

let reached: string | undefined;

/** Which limit the compilation has met, which the compiler itself tells as a crash; clears it. */
export function takeLimit(): string | undefined {
  const limit = reached;
  reached = undefined;
  return limit;
}

const { resolveClass } = Resolver.prototype;

Resolver.prototype.resolveClass = function (prototype, typeArguments, ...rest) {
  const names = (typeArguments ?? []).map((type) => type.classReference?.internalName ?? "");
  if (names.reduce((sum, { length }) => sum + length, 0) > MOST_LETTERS) {
    reached = `The types that ${prototype.name} is made of grow without end: look for a generic function or class that uses itself with a larger type.`;
    throw new RangeError(reached);
  }
  return resolveClass.call(this, prototype, typeArguments, ...rest);
};
