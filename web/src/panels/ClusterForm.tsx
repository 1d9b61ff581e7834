import { LogLevel, type FailurePolicy } from "wasmerang";
import { useStore } from "../state/store.ts";
import {
  addCluster,
  clusterNameProblem,
  editCluster,
  editPlugin,
  removeCluster,
  renameCluster,
  type ClusterDocument,
} from "../state/editScenario.ts";
import { clusterPath, problemAt } from "../state/problems.ts";
import { clusterMarks } from "../trace/clusterMarks.ts";
import { SelectField, TextField } from "./Field.tsx";
import { Mark } from "./Mark.tsx";

type Connect = NonNullable<ClusterDocument["connect"]>;
const connects: Readonly<Record<Connect, string>> = {
  accept: "accepts",
  refuse: "refuses",
  timeout: "times out",
};
const WEIGHTED = "\0weighted";

/** What Envoy around the filter is: clusters, tcp_proxy's own one, policy, log level. */
export function ClusterForm() {
  const document = useStore((state) => state.document);
  const problems = useStore((state) => state.problems);
  const edit = useStore((state) => state.edit);
  const { plugin, clusters } = document;
  const names = Object.keys(clusters);
  const tcpProxy = document.tcpProxy ?? { cluster: "default" };
  const own = tcpProxy.weightedClusters ? WEIGHTED : (tcpProxy.cluster ?? "");
  const policy = plugin?.failurePolicy ?? "FAIL_CLOSED";

  return (
    <section className="section" aria-labelledby="envoy-title">
      <div className="section-head">
        <h3 id="envoy-title">Envoy 1.40</h3>
      </div>
      <div className="form">
        <SelectField
          label="Default"
          value={own}
          problem={problemAt(problems, "$.tcpProxy.cluster")}
          options={[
            ...(own === WEIGHTED ? [{ value: WEIGHTED, name: "weighted clusters" }] : []),
            ...(own !== WEIGHTED && !names.includes(own)
              ? [{ value: own, name: `${own} (not defined)` }]
              : []),
            ...names.map((value) => ({ value })),
          ]}
          onChange={(cluster) => edit({ ...document, tcpProxy: { cluster } })}
        />
        <SelectField
          label="On failure"
          value={policy}
          problem={problemAt(problems, "$.plugin.failurePolicy")}
          options={failurePolicies.map((value) =>
            value === "FAIL_RELOAD"
              ? { value, name: `${value} (not modelled yet)`, disabled: policy !== value }
              : { value },
          )}
          onChange={(value) => {
            const failurePolicy = failurePolicies.find((known) => known === value);
            edit(editPlugin(document, { failurePolicy }));
          }}
        />
        <SelectField
          label="Log level"
          value={plugin?.logLevel ?? "info"}
          problem={problemAt(problems, "$.plugin.logLevel")}
          options={levels.map((value) => ({ value }))}
          onChange={(value) => {
            const logLevel = levels.find((known) => known === value);
            edit(editPlugin(document, { logLevel }));
          }}
        />
      </div>
      <div className="section-head clusters-head">
        <h3>Clusters</h3>
        <span className="grow" />
        <button type="button" className="link" onClick={() => edit(addCluster(document))}>
          Add
          <span className="hidden"> a cluster</span>
        </button>
      </div>
      <ul className="clusters">
        {Object.entries(clusters).map(([name, cluster], index) => (
          // By position: a cluster that is being renamed stays the same row.
          <ClusterRow key={index} name={name} cluster={cluster} />
        ))}
      </ul>
    </section>
  );
}

// Not scenario.ts's own list: its checks belong to the worker and would come along.
const failurePolicies: readonly FailurePolicy[] = ["FAIL_CLOSED", "FAIL_OPEN", "FAIL_RELOAD"];
const levels = Object.keys(LogLevel) as (keyof typeof LogLevel)[];

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
