import { lazy, Suspense, useState } from "react";
import { useStore } from "../state/store.ts";
import { addCluster, type ClusterDocument } from "../state/editScenario.ts";
import { clusterMarks, shortCluster } from "../trace/clusterMarks.ts";
import { Mark } from "./Mark.tsx";

const ClusterRow = lazy(async () => ({
  default: (await import("./scenario/ClusterRow.tsx")).ClusterRow,
}));

export type Connect = NonNullable<ClusterDocument["connect"]>;
export const connects: Readonly<Record<Connect, string>> = {
  accept: "accepts",
  refuse: "refuses",
  timeout: "times out",
};

/** A line for each cluster; a form for each when there is something to edit. */
export function ClusterForm() {
  const document = useStore((state) => state.document);
  const edit = useStore((state) => state.edit);
  const isWrong = useStore(
    ({ problems, drafts }) =>
      problems.some(({ path }) => path.startsWith("$.clusters")) ||
      Object.keys(drafts).some((path) => path.startsWith("$.clusters")),
  );
  const [open, setOpen] = useState(false);
  const isOpen = open || isWrong;
  const marks = clusterMarks(document);
  const clusters = Object.entries(document.clusters);
  return (
    <>
      <div className="section-head clusters-head">
        <h3>Clusters</h3>
        <span className="grow" />
        {isOpen && (
          <button type="button" className="link" onClick={() => edit(addCluster(document))}>
            Add
            <span className="hidden"> a cluster</span>
          </button>
        )}
        <button
          type="button"
          className="link"
          aria-expanded={isOpen}
          onClick={() => setOpen(!isOpen)}
        >
          {isOpen ? "Done" : "Edit"}
          <span className="hidden"> clusters</span>
        </button>
      </div>
      <ul className="clusters">
        {clusters.map(([name, cluster], index) =>
          isOpen ? (
            // By position: a cluster that is being renamed stays the same row.
            <Suspense key={index} fallback={null}>
              <ClusterRow name={name} cluster={cluster} />
            </Suspense>
          ) : (
            <li key={name} className="cluster-line">
              <Mark mark={marks.get(name) ?? "plain"} />
              <span className="clip" title={name}>
                {shortCluster(name)}
              </span>
              <span className="mono clip">
                {cluster.connect && cluster.connect !== "accept"
                  ? connects[cluster.connect]
                  : cluster.endpoints.join(", ") || "no endpoint"}
              </span>
            </li>
          ),
        )}
      </ul>
    </>
  );
}
