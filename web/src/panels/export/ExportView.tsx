import "../../styles/export.css";
import { useEffect, useMemo } from "react";
import { bundleTargets } from "wasmerang";
import {
  askFilter,
  downloadZip,
  filesOf,
  stopAsking,
  targetOf,
} from "../../session/export/export.ts";
import { useExport, type ExportAnswer } from "../../state/export.ts";
import { useStore } from "../../state/store.ts";
import { PaneBorder } from "../PaneBorder.tsx";
import { Failure } from "../RunState.tsx";
import { ExportDetail } from "./ExportDetail.tsx";
import { ExportFiles } from "./ExportFiles.tsx";
import { ExportHead } from "./ExportHead.tsx";
import { TabList } from "./TabList.tsx";
import { isSameSubject, useSubject } from "./useSubject.ts";

/** An edit pauses this long before the filter is asked about it. */
const TYPING_MS = 300;
const GUIDE = "README.md";

/** Ready files that run the module in an Envoy, with the scenario's configuration in them. */
export function ExportView() {
  const subject = useSubject();
  const last = useExport((state) => state.answer);
  // What was said about another target is of no use for this one.
  const answer = last?.subject.target === subject?.target ? last : undefined;
  const isCurrent = answer !== undefined && isSameSubject(answer.subject, subject);
  const hasAnswer = answer !== undefined;
  useEffect(() => {
    if (!subject || isCurrent) return;
    const timer = setTimeout(() => askFilter(subject), hasAnswer ? TYPING_MS : 0);
    return () => clearTimeout(timer);
  }, [subject, isCurrent, hasAnswer]);
  useEffect(() => stopAsking, [subject]);
  const files = useFiles(answer);
  const closeDrawer = () => useStore.getState().set({ drawer: false });
  const staleClass = isCurrent ? "" : " stale";
  return (
    <>
      <section
        className="centre export"
        id="centre"
        tabIndex={-1}
        aria-label="Export"
        aria-busy={!isCurrent}
        onPointerDown={closeDrawer}
      >
        {!isCurrent && subject?.module.sourceMap !== undefined && (
          <p className="line notice" role="status">
            Compiling the release build of the sources…
          </p>
        )}
        <div className={staleClass}>
          <ExportHead answer={answer} fileCount={files.length} />
        </div>
        <TargetBar
          hasFiles={files.length > 0}
          onDownload={
            isCurrent && files.length > 0
              ? () => downloadZip(answer.subject.target, files)
              : undefined
          }
        />
        <div
          className={`export-panel${staleClass}`}
          id="export-panel"
          role="tabpanel"
          aria-labelledby="export-panel-tab"
        >
          {answer?.outcome.status === "failed" && <Failure message={answer.outcome.message} />}
          {answer?.outcome.status === "accepted" && (
            <ExportFiles
              key={answer.subject.target}
              files={files}
              sha256={answer.outcome.module.sha256}
              isCurrent={isCurrent}
            />
          )}
        </div>
      </section>
      <PaneBorder name="inspector" />
      <section
        className={`inspector${staleClass}`}
        tabIndex={0}
        aria-label="Export details"
        onPointerDown={closeDrawer}
      >
        <ExportDetail answer={answer} files={files} />
      </section>
    </>
  );
}

function useFiles(answer: ExportAnswer | undefined) {
  return useMemo(
    () =>
      answer?.outcome.status === "accepted" ? filesOf(answer.subject, answer.outcome.module) : [],
    [answer],
  );
}

/** Where to, the guide, and everything as one file. */
function TargetBar(props: {
  readonly hasFiles: boolean;
  readonly onDownload: (() => void) | undefined;
}) {
  const target = useExport((state) => state.target);
  const set = useExport((state) => state.set);
  return (
    <div className="tabs export-bar">
      <TabList
        label="Where the filter is to run"
        controls="export-panel"
        items={bundleTargets.map(({ name, title }) => ({ id: name, content: title }))}
        selected={target}
        onSelect={(name) => set({ target: name, path: undefined })}
      />
      <span className="grow" />
      <button
        type="button"
        className="button small"
        disabled={!props.hasFiles}
        title={`${GUIDE} of ${targetOf(target).title}`}
        onClick={() => set({ path: GUIDE })}
      >
        Guide
      </button>
      <button
        type="button"
        className="button small primary"
        disabled={!props.onDownload}
        onClick={props.onDownload}
      >
        Download zip
      </button>
    </div>
  );
}
