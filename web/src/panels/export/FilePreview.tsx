import { useEffect, useMemo, useRef } from "react";
import type { BundleFile } from "wasmerang";
import { downloadFile } from "../../session/export/export.ts";
import { countOf, formatCount } from "../../trace/formatCount.ts";
import { previewLines } from "../../trace/export/previewLines.ts";
import { Facts } from "../inspector/parts.tsx";
import { CopyButton } from "./CopyButton.tsx";
import { Guide } from "./Guide.tsx";
import { scrollWithin } from "./scrollWithin.ts";

const whats = {
  configuration: "configuration",
  sha256: "sha256",
  wasm: "path of the module",
  failurePolicy: "failure policy",
  logLevel: "log level",
};

/** One file: its lines with what was filled in, to copy or to save. */
export function FilePreview(props: {
  readonly file: BundleFile;
  readonly sha256: string;
  readonly isCurrent: boolean;
}) {
  const { file, sha256, isCurrent } = props;
  const body = useRef<HTMLDivElement>(null);
  // Comes into view by itself: in a long file nobody would look for it.
  useEffect(() => {
    scrollWithin(body.current, "mark");
  }, []);
  return (
    <section
      className="export-file"
      id="export-file"
      role="tabpanel"
      aria-labelledby="export-file-tab"
    >
      <div className="export-file-bar">
        <h3 className="mono">{file.path}</h3>
        <span className="note">{sizeOf(file)}</span>
        <span className="grow" />
        {"text" in file && <CopyButton text={file.text} isCurrent={isCurrent} />}
        <button
          type="button"
          className="button small"
          disabled={!isCurrent}
          onClick={() => downloadFile(file)}
        >
          Download file
        </button>
      </div>
      <div
        className="export-text"
        ref={body}
        tabIndex={0}
        role="group"
        aria-label={`Content of ${file.path}`}
      >
        {"text" in file ? (
          file.path.endsWith(".md") ? (
            <Guide text={file.text} />
          ) : (
            <Lines file={file} />
          )
        ) : (
          <div className="export-binary">
            <Facts
              facts={[
                ["content", "WebAssembly, as it is"],
                ["size", `${formatCount(file.bytes.length)} B`],
                ["sha256", sha256],
              ]}
            />
          </div>
        )}
      </div>
    </section>
  );
}

function Lines({ file }: { readonly file: Extract<BundleFile, { readonly text: string }> }) {
  const lines = useMemo(() => previewLines(file.text, file.marks), [file]);
  return (
    <ol className="export-lines code">
      {lines.map((parts, index) => (
        <li key={index}>
          {parts.map(({ text, what }, place) =>
            what === undefined ? (
              text
            ) : (
              <mark key={place} title={`Filled in: ${whats[what]}`}>
                {text}
              </mark>
            ),
          )}
        </li>
      ))}
    </ol>
  );
}

function sizeOf(file: BundleFile): string {
  return "text" in file
    ? countOf(file.text.split("\n").length - 1, "line")
    : `${formatCount(file.bytes.length)} B`;
}
