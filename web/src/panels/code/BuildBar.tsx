import { build as buildNow, openEntry } from "../../session/code/code.ts";
import { useCode, type Build, type Diagnostic } from "../../state/code.ts";
import { useStore } from "../../state/store.ts";

/** Megabytes of the compiler's code as built; web/e2e/code.spec.ts holds it to what is fetched. */
const COMPILER_MB = 14;

/** Below the editor: how the build is, and what the compiler said. */
export function BuildBar() {
  const build = useCode((state) => state.build);
  const diagnostics = useCode((state) => state.diagnostics);
  const isFile = useStore((state) => state.module !== undefined && !state.module.entry);
  const name = useStore((state) => state.module?.name);
  return (
    <section className="build" aria-label="Build">
      <div className={isBad(build) ? "build-line bad" : "build-line"} role="status">
        {isFile ? (
          <p>
            {name} runs, a file of yours, not these sources.{" "}
            <button type="button" className="link" onClick={runThese}>
              Run these sources
            </button>
          </p>
        ) : (
          <p>{buildText(build, diagnostics)}</p>
        )}
        {!isFile && (build.status === "unavailable" || build.status === "failed") && (
          <button type="button" className="link" onClick={() => void buildNow()}>
            Retry
          </button>
        )}
        <span className="note">asc 0.28, -O0 while typing, release flags on download</span>
      </div>
      {build.status === "failed" && <pre className="preformatted">{build.message}</pre>}
      {diagnostics.length > 0 && (
        <ul className="diagnostics" aria-label="Messages of the compiler">
          {diagnostics.map((diagnostic, index) => (
            <DiagnosticRow key={index} diagnostic={diagnostic} />
          ))}
        </ul>
      )}
    </section>
  );
}

const runThese = () => void openEntry(useCode.getState().entry);

function isBad({ status }: Build): boolean {
  return status === "refused" || status === "failed" || status === "unavailable";
}

function buildText(build: Build, diagnostics: readonly Diagnostic[]): string {
  const errors = diagnostics.filter(({ severity }) => severity === "error").length;
  switch (build.status) {
    case "shipped":
      return "As shipped, built with the page.";
    case "loading":
      return `Loading the AssemblyScript compiler (${COMPILER_MB} MB, once)`;
    case "compiling":
      return "Compiling…";
    case "built": {
      const warnings = diagnostics.length;
      const said = warnings === 0 ? "" : warnings === 1 ? ", 1 warning" : `, ${warnings} warnings`;
      return `Compiled in ${build.milliseconds} ms${said}.`;
    }
    case "refused":
      return `${errors === 1 ? "1 error" : `${errors} errors`}. Showing the last run that compiled.`;
    case "failed":
      return "The compiler failed. Showing the last run that compiled.";
    case "unavailable":
      return "The compiler could not be loaded. Running, stepping and export still work.";
  }
}

function DiagnosticRow({ diagnostic }: { readonly diagnostic: Diagnostic }) {
  const { at, code, message, severity } = diagnostic;
  const place = at && `${at.file.split("/").at(-1)}:${at.from.line}:${at.from.column}`;
  const content = (
    <>
      <b className={severity === "error" ? "bad" : undefined}>{severity}</b> {message}{" "}
      <span className="dim">
        AS{code} {place}
      </span>
    </>
  );
  if (!at) return <li>{content}</li>;
  const go = () => {
    useCode.getState().set({ file: at.file, reveal: { file: at.file, at: at.from } });
  };
  return (
    <li>
      <button type="button" onClick={go}>
        {content}
      </button>
    </li>
  );
}
