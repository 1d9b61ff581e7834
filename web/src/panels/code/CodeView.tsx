import "../../styles/code.css";
import { lazy, Suspense, useEffect, useState } from "react";
import { forgetReplaced, openCode, reset, swapReplaced } from "../../session/code/code.ts";
import { useCode } from "../../state/code.ts";
import { galleryEntry } from "../../state/gallery.ts";
import { useStore } from "../../state/store.ts";
import { FlowDiagram } from "../FlowDiagram.tsx";
import { PaneBorder } from "../PaneBorder.tsx";
import { RunState, useIsStale } from "../RunState.tsx";
import { Verdict } from "../Verdict.tsx";
import { BuildBar } from "./BuildBar.tsx";
import { FileTabs } from "./FileTabs.tsx";
import { LineCalls } from "./LineCalls.tsx";
import { ReleaseSection } from "./ReleaseSection.tsx";

/** The editor is most of what the view loads; the rest shows meanwhile. */
const loadEditor = () => import("./Editor.tsx");
const Editor = lazy(async () => ({ default: (await loadEditor()).Editor }));

const panes = ["Source", "Result"] as const;

/** The filter's sources; each change is compiled and run. */
export function CodeView() {
  const [pane, setPane] = useState<(typeof panes)[number]>("Source");
  const isStale = useIsStale();
  useEffect(() => void openCode(), []);
  const closeDrawer = () => useStore.getState().set({ drawer: false });
  return (
    <>
      <div className="code-panes narrow-only" role="group" aria-label="Panels of the Code view">
        {panes.map((name) => (
          <button
            key={name}
            type="button"
            aria-pressed={pane === name}
            onClick={() => setPane(name)}
          >
            {name}
          </button>
        ))}
      </div>
      <section
        className="centre code"
        id="centre"
        tabIndex={-1}
        aria-label="Code"
        data-shown={pane === "Source"}
        onPointerDown={closeDrawer}
      >
        <Toolbar />
        <ReplacedLine />
        <FileTabs />
        <div className="code-panel" id="code-panel" role="tabpanel" aria-labelledby="code-file">
          <Suspense fallback={<p className="report-wait">Loading the editor…</p>}>
            <Editor />
          </Suspense>
        </div>
        <BuildBar />
      </section>
      <PaneBorder name="inspector" />
      <section
        className={isStale ? "inspector code-result stale" : "inspector code-result"}
        tabIndex={0}
        aria-label="Result"
        data-shown={pane === "Result"}
        onPointerDown={closeDrawer}
      >
        <RunState />
        <Verdict />
        <FlowDiagram />
        <LineCalls />
        <ReleaseSection />
      </section>
    </>
  );
}

function Toolbar() {
  const id = useCode((state) => state.entry);
  const isChanged = useCode((state) => Object.keys(state.changes).length > 0);
  const set = useStore((state) => state.set);
  const entry = galleryEntry(id);
  return (
    <div className="code-bar">
      <h2>{entry?.name}</h2>
      <p className="note">{entry?.shows}</p>
      <button
        type="button"
        className="button small"
        onClick={() => set({ dialog: "gallery" })}
        aria-haspopup="dialog"
      >
        Starting points
      </button>
      <button type="button" className="button small" onClick={() => void formatFile()}>
        Format
      </button>
      <button type="button" className="button small" disabled={!isChanged} onClick={reset}>
        Reset
      </button>
    </div>
  );
}

const formatFile = async () => (await loadEditor()).format();

/** A link brought other sources than the ones that were changed here: both are kept. */
function ReplacedLine() {
  const isReplaced = useCode((state) => state.replaced !== undefined);
  if (!isReplaced) return null;
  return (
    <div className="line notice" role="status">
      <p>A link came with changes of these sources, beside the ones made here. Both are kept.</p>
      <button type="button" className="link" onClick={swapReplaced}>
        Show the others
      </button>
      <button type="button" className="link" onClick={forgetReplaced}>
        Forget the others
      </button>
    </div>
  );
}
