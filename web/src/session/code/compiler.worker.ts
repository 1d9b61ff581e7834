/** The AssemblyScript compiler as npm run build:wasm runs it, with sources from the page. */
import { main as asc, type DiagnosticMessage } from "assemblyscript/asc";
import type { Diagnostic, TextPosition } from "../../state/code.ts";
import { takeLimit } from "./compilerLimits.ts";
import type {
  CompileAnswer,
  CompileRequest,
  CompilerMessage,
  Sources,
} from "./compilerProtocol.ts";

/** What the compiler says when it crashes; the page shows it. */
const said: string[] = [];
console.error = (...parts: readonly unknown[]) => void said.push(parts.join(""));

const post = (message: CompilerMessage) => postMessage(message);

onmessage = ({ data }: MessageEvent<CompileRequest>) => {
  compile(data).then(
    (answer) => post({ turn: data.turn, ...answer }),
    // After a crash, asc ends its process, which is none here.
    (error: unknown) => {
      const message = takeLimit() ?? (said.join("\n") || describe(error));
      post({ turn: data.turn, kind: "failed", message });
    },
  );
};

async function compile(request: CompileRequest): Promise<CompileAnswer> {
  const { name, entry, target, sources } = request;
  const file = target === "release" ? `${name}.wasm` : `${name}.debug.wasm`;
  // As filter/build.mjs calls it, so that the same sources give the same bytes.
  const args = [entry, "--target", target, "--outFile", `build/${file}`];
  if (target === "debug") args.push("--sourceMap", `./${file}.map`);
  const written = new Map<string, string | Uint8Array>();
  const diagnostics: Diagnostic[] = [];
  said.length = 0;
  const { error, stderr } = await asc(args, {
    readFile: (path) => sources[path] ?? null,
    writeFile: (path, content) => void written.set(path, content),
    listFiles: () => [],
    reportDiagnostic: (message) => void diagnostics.push(plain(message, sources)),
  });
  if (diagnostics.some(({ severity }) => severity === "error")) {
    return { kind: "refused", diagnostics };
  }
  const wasm = written.get(`build/${file}`);
  if (error || !(wasm instanceof Uint8Array)) {
    return { kind: "failed", message: stderr.toString() || describe(error) };
  }
  const sourceMap = written.get(`build/${file}.map`);
  return {
    kind: "compiled",
    wasm: wasm.slice(),
    sourceMap: typeof sourceMap === "string" ? sourceMap : undefined,
    warnings: diagnostics,
  };
}

const severities = ["pedantic", "info", "warning", "error"] as const;

/** A message of the compiler as plain data. */
function plain(
  { category, code, message, range }: DiagnosticMessage,
  sources: Sources,
): Diagnostic {
  const severity = severities[category] ?? "error";
  if (!range) return { severity, code, message };
  const file = range.source.normalizedPath;
  const text = sources[file];
  // It is about the compiler's own library, led there by some line that another message names.
  if (text === undefined) return { severity, code, message: `${message} (in ${file})` };
  const from = positionAt(text, range.start);
  return { severity, code, message, at: { file, from, to: positionAt(text, range.end) } };
}

function positionAt(text: string, offset: number): TextPosition {
  const before = text.slice(0, offset).split("\n");
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? String(error)) : String(error);
}

post({ kind: "loaded" });
