import { lazy, Suspense, useState } from "react";
import { LogLevel, type FailurePolicy } from "wasmerang";
import { useStore } from "../state/store.ts";
import { editPlugin, pluginOf, pluginPath, setOwnCluster } from "../state/editScenario.ts";
import { problemAt } from "../state/problems.ts";
import { ClusterForm } from "./ClusterForm.tsx";
import { SelectField } from "./Field.tsx";

const MoreSettings = lazy(async () => ({
  default: (await import("./scenario/MoreSettings.tsx")).MoreSettings,
}));

// Not scenario.ts's own list: its checks belong to the worker and would come along.
const failurePolicies: readonly FailurePolicy[] = ["FAIL_CLOSED", "FAIL_OPEN", "FAIL_RELOAD"];
const levels = Object.keys(LogLevel) as (keyof typeof LogLevel)[];

/** Stands in the list of clusters for the weights that a link or a file gave. */
const WEIGHTED = "\0weighted";

/** What Envoy around the filter is: tcp_proxy's own cluster, policy, log level, clusters. */
export function EnvoyForm() {
  const document = useStore((state) => state.document);
  const problems = useStore((state) => state.problems);
  const edit = useStore((state) => state.edit);
  const [more, setMore] = useState(false);
  const isHalfTyped = useStore(({ drafts }) =>
    Object.keys(drafts).some((key) => /^\$\.(?!connections|clusters)/.test(key)),
  );
  // Typing that came back after a reload is in view; a field with a draft never hides.
  if (isHalfTyped && !more) setMore(true);
  const plugin = pluginOf(document);
  const path = pluginPath(document);
  const names = Object.keys(document.clusters);
  const tcpProxy = document.tcpProxy ?? { cluster: "default" };
  const own = tcpProxy.weightedClusters ? WEIGHTED : (tcpProxy.cluster ?? "");
  const policy = plugin.failurePolicy ?? "FAIL_CLOSED";

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
          onChange={(cluster) => edit(setOwnCluster(document, cluster))}
        />
        <SelectField
          label="On failure"
          value={policy}
          problem={problemAt(problems, `${path}.failurePolicy`)}
          options={failurePolicies.map((value) => ({ value }))}
          onChange={(value) => {
            const failurePolicy = failurePolicies.find((known) => known === value);
            edit(editPlugin(document, { failurePolicy }));
          }}
        />
        <SelectField
          label="Log level"
          value={plugin.logLevel ?? "info"}
          problem={problemAt(problems, `${path}.logLevel`)}
          options={levels.map((value) => ({ value }))}
          onChange={(value) => {
            const logLevel = levels.find((known) => known === value);
            edit(editPlugin(document, { logLevel }));
          }}
        />
      </div>
      <ClusterForm />
      <button type="button" className="link" aria-expanded={more} onClick={() => setMore(!more)}>
        {more ? "Fewer settings" : "More settings"}
      </button>
      {more && (
        <Suspense fallback={null}>
          <MoreSettings />
        </Suspense>
      )}
    </section>
  );
}
