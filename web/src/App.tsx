import { useStore } from "./state/store.ts";
import { FlowDiagram } from "./panels/FlowDiagram.tsx";
import { Inspector } from "./panels/Inspector.tsx";
import { LowerTabs } from "./panels/LowerTabs.tsx";
import { PaneBorder } from "./panels/PaneBorder.tsx";
import { Timeline } from "./panels/Timeline.tsx";
import { TopBar } from "./panels/TopBar.tsx";
import { Verdict } from "./panels/Verdict.tsx";

/** The frame. What is in it is decided by CSS where only the width of the screen matters. */
export function App() {
  const pane = useStore((state) => state.pane);
  const drawer = useStore((state) => state.drawer);
  return (
    <>
      <a className="skip" href="#centre">
        Skip to the result
      </a>
      <TopBar />
      <div />
      <main className="work" data-pane={pane} data-drawer={drawer ? "open" : "closed"}>
        <section className="scenario" id="scenario" aria-label="Scenario"></section>
        <PaneBorder name="scenario" />
        <section className="centre" id="centre" tabIndex={-1} aria-label="Result">
          <div className="upper">
            <Verdict />
            <FlowDiagram />
            <Timeline />
          </div>
          <PaneBorder name="upper" />
          <LowerTabs />
        </section>
        <PaneBorder name="inspector" />
        <section className="inspector" aria-label="Inspector">
          <Inspector />
        </section>
      </main>
    </>
  );
}
