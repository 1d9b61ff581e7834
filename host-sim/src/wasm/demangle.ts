/**
 * Names of functions as Envoy prints them in back-traces: it passes each through the C++ library's
 * `__cxa_demangle` (proxy-wasm-cpp-host src/bytecode_util.cc getFunctionNameIndex).
 *
 * Covered is what occurs in wasm modules: nested names without parameters, as Rust's legacy mangling
 * makes them, and single letters, which the library takes for built-in types. C++ names with
 * parameters stay as they are; linkers write those demangled.
 */
const BUILT_IN_TYPES: ReadonlyMap<string, string> = new Map([
  ["v", "void"],
  ["w", "wchar_t"],
  ["b", "bool"],
  ["c", "char"],
  ["a", "signed char"],
  ["h", "unsigned char"],
  ["s", "short"],
  ["t", "unsigned short"],
  ["i", "int"],
  ["j", "unsigned int"],
  ["l", "long"],
  ["m", "unsigned long"],
  ["x", "long long"],
  ["y", "unsigned long long"],
  ["n", "__int128"],
  ["o", "unsigned __int128"],
  ["f", "float"],
  ["d", "double"],
  ["e", "long double"],
  ["g", "__float128"],
  ["z", "..."],
]);

/** Answers `name` itself where it is no mangled name. */
export function demangle(name: string): string {
  const builtIn = BUILT_IN_TYPES.get(name);
  if (builtIn !== undefined) return builtIn;
  if (!name.startsWith("_ZN") || !name.endsWith("E")) return name;
  const parts: string[] = [];
  let rest = name.slice(3, -1);
  while (rest !== "") {
    const length = /^[1-9]\d*/.exec(rest)?.[0];
    if (length === undefined) return name;
    const end = length.length + Number(length);
    const part = rest.slice(length.length, end);
    if (part.length < Number(length)) return name;
    parts.push(part.startsWith("_GLOBAL__N") ? "(anonymous namespace)" : part);
    rest = rest.slice(end);
  }
  return parts.length > 0 ? parts.join("::") : name;
}
