import "../../styles/scenarioForms.css";
import { useState } from "react";
import { useStore } from "../../state/store.ts";
import {
  clusterNameProblem,
  editCluster,
  removeCluster,
  renameCluster,
  type ClusterDocument,
} from "../../state/editScenario.ts";
import { clusterPath, problemAt } from "../../state/problems.ts";
import { clusterMarks } from "../../trace/clusterMarks.ts";
import { connects, type Connect } from "../ClusterForm.tsx";
import { SelectField, TextField } from "../Field.tsx";
import { Mark } from "../Mark.tsx";

/** The form of one cluster: its name, its endpoints and what they do. */
export function ClusterRow(props: { readonly name: string; readonly cluster: ClusterDocument }) {
  const { name, cluster } = props;
  const document = useStore((state) => state.document);
  const problems = useStore((state) => state.problems);
  const edit = useStore((state) => state.edit);
  const setDraft = useStore((state) => state.draft);
  const path = clusterPath(name);
  const draft = useStore((state) => state.drafts[path]);
  const [more, setMore] = useState(false);
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
      <button
        type="button"
        className="link cluster-more"
        aria-expanded={more}
        onClick={() => setMore(!more)}
      >
        {more ? "Less" : "More"}
        <span className="hidden"> of {name}</span>
      </button>
      {more && <Details name={name} cluster={cluster} />}
    </li>
  );
}

/** What clusters rarely do. */
function Details({ name, cluster }: { readonly name: string; readonly cluster: ClusterDocument }) {
  const document = useStore((state) => state.document);
  const problems = useStore((state) => state.problems);
  const edit = useStore((state) => state.edit);
  const change = (patch: Parameters<typeof editCluster>[2]) =>
    edit(editCluster(document, name, patch));
  return (
    <div className="form cluster-more">
      <TextField
        label="Timeout"
        placeholder="5s"
        value={cluster.connectTimeout ?? ""}
        problem={problemAt(problems, `${clusterPath(name)}.connectTimeout`)}
        onChange={(text) => change({ connectTimeout: text === "" ? undefined : text })}
      />
      <SelectField
        label="PROXY"
        value={cluster.proxyProtocol ?? ""}
        options={[{ value: "", name: "none" }, { value: "v1" }, { value: "v2" }]}
        onChange={(value) => change({ proxyProtocol: versions.find((one) => one === value) })}
      />
      <SelectField
        label="Sends"
        value={cluster.echo === true ? "echo" : ""}
        options={[
          { value: "", name: "as steps say" },
          { value: "echo", name: "an echo" },
        ]}
        onChange={(value) => change({ echo: value === "echo" ? true : undefined })}
      />
    </div>
  );
}

const versions = ["v1", "v2"] as const;
