import { setOwnCluster } from "../../state/editScenario.ts";
import { problemAt } from "../../state/problems.ts";
import { editTcpProxy, weighAll } from "../../state/rareEdits.ts";
import { useStore } from "../../state/store.ts";
import { NumberField } from "./NumberField.tsx";

/** tcp_proxy's own clusters with their weights, instead of one. */
export function WeightsForm() {
  const document = useStore((state) => state.document);
  const problems = useStore((state) => state.problems);
  const edit = useStore((state) => state.edit);
  const weighted = document.tcpProxy?.weightedClusters;
  const names = Object.keys(document.clusters);
  if (!weighted) {
    return (
      <p className="note">
        One default cluster.{" "}
        <button
          type="button"
          className="link"
          disabled={names.length === 0}
          onClick={() => edit(weighAll(document))}
        >
          Choose by weight
        </button>
      </p>
    );
  }
  const [first = { name: "default" }] = weighted;
  const problem = problemAt(problems, "$.tcpProxy.weightedClusters");
  /** A weight of nothing takes the cluster out; the last one stays. */
  function weigh(name: string, weight: number | undefined) {
    const others = (weighted ?? []).filter((one) => one.name !== name);
    if (weight === undefined && others.length === 0) return;
    const next = names.flatMap((one) => {
      if (one === name) return weight === undefined ? [] : [{ name, weight }];
      return others.filter((other) => other.name === one);
    });
    const unknown = others.filter((other) => !names.includes(other.name));
    edit(editTcpProxy(document, { weightedClusters: [...next, ...unknown] }));
  }
  return (
    <>
      <div className="form" role="group" aria-label="Weights of clusters">
        {names.map((name) => (
          <NumberField
            key={name}
            label={name}
            placeholder="not used"
            path={`$.weights.${name}`}
            value={weighted.find((one) => one.name === name)?.weight}
            onChange={(weight) => weigh(name, weight)}
          />
        ))}
      </div>
      {problem !== undefined && <p className="note bad">{problem}</p>}
      <p className="note">
        The seed decides which one a connection gets.{" "}
        <button
          type="button"
          className="link"
          onClick={() => edit(setOwnCluster(document, first.name))}
        >
          One cluster instead
        </button>
      </p>
    </>
  );
}
