/** What a module is made of, as far as WebAssembly.Module does not tell it. */
export interface ModuleShape {
  readonly sections: readonly number[];
  readonly customSections: readonly string[];
  /** Functions of `env` with their signatures: parameters, colon, results; i = i32, I = i64. */
  readonly imports: Readonly<Record<string, string>>;
  /** The same for exports; what is no function has the number of its kind. */
  readonly exports: Readonly<Record<string, string>>;
}

/** Reads the sections of a module. Throws if an import is no function of `env`. */
export function moduleShape(bytes: Uint8Array): ModuleShape {
  let at = 8;
  const byte = () => bytes[at++] ?? 0;
  const number = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const next = byte();
      value += (next & 0x7f) * 2 ** shift;
      if (next < 0x80) return value;
    }
  };
  const text = () => {
    const length = number();
    at += length;
    return Buffer.from(bytes.subarray(at - length, at)).toString();
  };
  const list = <T>(read: () => T) => Array.from({ length: number() }, read);
  const valueTypes = () =>
    list(byte)
      .map((type) => ({ 0x7f: "i", 0x7e: "I" })[type] ?? "?")
      .join("");

  const sections: number[] = [];
  const customSections: string[] = [];
  const imports: Record<string, string> = {};
  const exports: Record<string, string> = {};
  let types: string[] = [];
  const functions: string[] = [];
  while (at < bytes.length) {
    const id = byte();
    const size = number();
    const end = at + size;
    sections.push(id);
    if (id === 0) customSections.push(text());
    if (id === 1) {
      types = list(() => {
        byte();
        return `${valueTypes()}:${valueTypes()}`;
      });
    }
    if (id === 2) {
      list(() => {
        const [module, name, kind] = [text(), text(), byte()];
        if (module !== "env" || kind !== 0) throw new Error(`import of ${module}.${name}`);
        const type = types[number()] ?? "?";
        functions.push(type);
        imports[name] = type;
      });
    }
    if (id === 3) functions.push(...list(() => types[number()] ?? "?"));
    if (id === 7) {
      list(() => {
        const [name, kind, index] = [text(), byte(), number()];
        exports[name] = kind === 0 ? (functions[index] ?? "?") : `kind ${kind}`;
      });
    }
    at = end;
  }
  return { sections, customSections, imports, exports };
}
