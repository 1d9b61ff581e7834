import { useState } from "react";
import { useStore } from "../state/store.ts";
import {
  addCluster,
  clusterNameProblem,
  editCluster,
  removeCluster,
  renameCluster,
  type ClusterDocument,
} from "../state/editScenario.ts";
import { clusterPath, problemAt } from "../state/problems.ts";
import { clusterMarks, shortCluster } from "../trace/clusterMarks.ts";
import { SelectField, TextField } from "./Field.tsx";
import { Mark } from "./Mark.tsx";

type Connect = NonNullable<ClusterDocument["connect"]>;
const connects: Readonly<Record<Connect, string>> = {
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
            <ClusterRow key={index} name={name} cluster={cluster} />
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

function ClusterRow(props: { readonly name: string; readonly cluster: ClusterDocument }) {
  const { name, cluster } = props;
  const document = useStore((state) => state.document);
  const problems = useStore((state) => state.problems);
  const edit = useStore((state) => state.edit);
  const setDraft = useStore((state) => state.draft);
  const path = clusterPath(name);
  const draft = useStore((state) => state.drafts[path]);
  const mark = clusterMarks(document).get(name) ?? "plain";

  function rename(wanted: string) {
    if (clusterNameProblem(document, name, wanted) !== undefined) return setDraft(path, wanted);
    setDraft(path, undefined);
    edit(renameCluster(document, name, wanted));
  }
  function remove() {
    setDraft(path, undefined);
    edit(removeCluster(document, name));
  }
  return (
    <li className="cluster" aria-label={`Cluster ${name}`}>
      <Mark mark={mark} />
      <TextField
        label={`Name of cluster ${name}`}
        labelHidden
        value={draft ?? name}
        problem={draft === undefined ? undefined : clusterNameProblem(document, name, draft)}
        onChange={rename}
      />
      <SelectField
        label={`What ${name} does with connections`}
        labelHidden
        value={cluster.connect ?? "accept"}
        problem={problemAt(problems, `${path}.connect`)}
        options={Object.entries(connects).map(([value, text]) => ({ value, name: text }))}
        onChange={(value) => edit(editCluster(document, name, { connect: value as Connect }))}
      />
      <TextField
        label={`Endpoints of ${name}`}
        labelHidden
        placeholder="no endpoint"
        value={cluster.endpoints.join(",")}
        problem={problemAt(problems, `${path}.endpoints`)}
        onChange={(text) =>
          edit(editCluster(document, name, { endpoints: text === "" ? [] : text.split(",") }))
        }
      />
      <button
        type="button"
        className="button quiet icon small"
        aria-label={`Remove cluster ${name}`}
        title={`Remove ${name}`}
        onClick={remove}
      >
        <svg width="10" height="10" viewBox="0 0 10 10" aria-hidden="true">
          <path d="M1.5 5h7" stroke="currentColor" strokeWidth="1.6" strokeLinecap="round" />
        </svg>
      </button>
    </li>
  );
}
