import type { ClusterDecision } from "wasmerang";
import { factsOf } from "../../trace/connections.ts";
import { EventLink } from "../EventLink.tsx";
import type { RunView } from "../useRun.ts";
import { Alert, Facts, Section } from "./parts.tsx";

/** tcp_proxy's choice, with all three places that it could have come from. */
export function DecisionDetail(props: {
  readonly run: RunView;
  readonly decision: ClusterDecision;
}) {
  const { run, decision } = props;
  const { cluster, by, found, decidedBy, fallback } = decision;
  const facts =
    decision.connection === undefined ? undefined : factsOf(run.events).get(decision.connection);
  const { tcpProxy, clusters } = run.document;
  const weights = tcpProxy?.weightedClusters;
  const own = tcpProxy?.cluster ?? (weights === undefined ? (fallback ?? "default") : undefined);
  const written = decidedBy ?? facts?.write?.seq;
  const candidates = [
    {
      name: "weighted_clusters",
      isUsed: by === "weightedClusters",
      value: weights?.map(({ name, weight }) => `${name} ${weight}`).join(", ") ?? "not configured",
    },
    {
      name: "filter state",
      isUsed: by === "filterState",
      value: by === "filterState" ? cluster : written === undefined ? "not set" : "set, not read",
      seq: written,
    },
    {
      name: "tcp_proxy cluster",
      isUsed: by === "cluster",
      value: own === undefined ? "not configured" : by === "cluster" ? own : `${own}, not used`,
    },
  ];
  return (
    <>
      {found ? undefined : (
        <Alert title={`Cluster ${cluster} is not defined`}>
          Envoy knows {Object.keys(clusters).join(", ") || "no cluster"}. The connection closes with
          response flag NC before any byte is read.
        </Alert>
      )}
      <Section title="How the cluster was picked">
        <table className="candidates">
          <thead className="hidden">
            <tr>
              <th>Order</th>
              <th>Source</th>
              <th>Value</th>
            </tr>
          </thead>
          <tbody>
            {candidates.map(({ name, isUsed, value, seq }, index) => (
              <tr key={name} className={isUsed ? "used" : undefined}>
                <td>{index + 1}</td>
                <td>{name}</td>
                <td>
                  {value} {seq === undefined ? undefined : <EventLink seq={seq} />}
                  {isUsed ? <span className="hidden">used</span> : undefined}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
        <p className="note">
          The first that applies wins. With weighted_clusters the filter state is ignored.
        </p>
      </Section>
      <Section title="Outcome">
        <Facts
          facts={[
            ["cluster", cluster],
            found
              ? ["endpoints", clusters[cluster]?.endpoints.join(", ") || "none"]
              : [
                  "response flag",
                  <b key="flag" className="bad">
                    NC
                  </b>,
                ],
            facts?.connect === undefined
              ? undefined
              : ["connects at", <EventLink key="connects" seq={facts.connect.seq} />],
            facts?.end === undefined
              ? undefined
              : ["access log", <EventLink key="end" seq={facts.end.seq} />],
          ]}
        />
      </Section>
    </>
  );
}
