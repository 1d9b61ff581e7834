import type { ReactNode } from "react";
import { targetOf } from "../../session/export/export.ts";
import { isEdited } from "../../state/gallery.ts";
import { useExport, type ExportAnswer, type ExportSubject } from "../../state/export.ts";
import { Mark } from "../Mark.tsx";
import { countOf } from "../../trace/formatCount.ts";

/** The answer in one sentence: what there is to take along, or why there is nothing. */
export function ExportHead(props: {
  readonly answer: ExportAnswer | undefined;
  readonly fileCount: number;
}) {
  const { answer, fileCount } = props;
  const title = targetOf(useExport((state) => state.target)).title;
  if (!answer) {
    return (
      <Verdict tone="plain">
        <h2>Asking the filter…</h2>
        <p>Files for {title} follow once it has taken the configuration.</p>
      </Verdict>
    );
  }
  const { outcome } = answer;
  if (outcome.status === "failed") {
    return (
      <Verdict tone="bad">
        <h2>Nothing to export: the filter could not be asked</h2>
      </Verdict>
    );
  }
  if (outcome.status === "stopped") {
    return (
      <Verdict tone="bad">
        <h2>Nothing to export: the filter was stopped</h2>
        <p>{outcome.reason}</p>
        <UseFilesConfiguration answer={answer} />
      </Verdict>
    );
  }
  if (outcome.status === "refused") return <Refused answer={answer} outcome={outcome} />;
  const unknown = outcome.unknownClusters;
  const files = countOf(fileCount, "file");
  if (unknown.length > 0) {
    return (
      <Verdict tone="warn">
        <h2>
          <Mark mark="rd" size={14} />
          {files} for {title}, without {countOf(unknown.length, "cluster")} that the filter names
        </h2>
        <ul className="export-warnings" aria-label="Warnings">
          {unknown.map((name) => (
            <li key={name}>
              The filter names the cluster <code>{name}</code>, which the files lack: add it there.
            </li>
          ))}
        </ul>
        <UseFilesConfiguration answer={answer} />
      </Verdict>
    );
  }
  return (
    <Verdict tone="plain">
      <h2>
        {files} for {title}, ready to run
      </h2>
      <p>
        The filter takes the configuration, and the files have every cluster that it names.{" "}
        <code>{commandOf(answer.subject)}</code> writes the same bytes. The guide says how to start.
      </p>
    </Verdict>
  );
}

/** What to type for the same files; FILE stands for what the user has saved. */
function commandOf({ target, module, configuration, plugin }: ExportSubject): string {
  const isFilledIn = configuration !== undefined || Object.keys(plugin).length > 0;
  return [
    `wasmerang bundle --target ${target}`,
    ...(isFilledIn ? ["--scenario FILE"] : []),
    ...(module.entry === "wasmerang" && !isEdited(module) ? [] : ["--wasm FILE"]),
    "--out DIR",
  ].join(" ");
}

function Refused(props: {
  readonly answer: ExportAnswer;
  readonly outcome: Extract<ExportAnswer["outcome"], { readonly status: "refused" }>;
}) {
  const { reason, logs } = props.outcome;
  return (
    <Verdict tone="bad">
      <h2>
        <Mark mark="refused" size={14} />
        Nothing to export: Envoy would refuse this
      </h2>
      <p>{reason}</p>
      {logs.length > 0 && (
        <pre className="preformatted" aria-label="What the filter logged">
          {logs.join("\n")}
        </pre>
      )}
      <UseFilesConfiguration answer={props.answer} />
    </Verdict>
  );
}

/** One way out when the scenario's own configuration does not fit the files. */
function UseFilesConfiguration({ answer }: { readonly answer: ExportAnswer }) {
  const { configuration, target } = answer.subject;
  const { configuration: own, title } = targetOf(target);
  if (configuration === undefined || configuration === own) return undefined;
  return (
    <button
      type="button"
      className="link export-way-out"
      onClick={() => useExport.getState().set({ from: "files" })}
    >
      Use the configuration of the files for {title} instead: {own}
    </button>
  );
}

function Verdict(props: { readonly tone: "plain" | "warn" | "bad"; readonly children: ReactNode }) {
  return (
    <section className={`verdict ${props.tone}`} aria-label="Outcome of the export">
      {props.children}
    </section>
  );
}
