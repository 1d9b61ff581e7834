import "../../styles/scenarioForms.css";
import { editPlugin, pluginOf, pluginPath } from "../../state/editScenario.ts";
import { applyOrigin, originOf, origins } from "../../state/origins.ts";
import { problemAt } from "../../state/problems.ts";
import { editListener, editTcpProxy } from "../../state/rareEdits.ts";
import { useStore } from "../../state/store.ts";
import { SelectField, TextField } from "../Field.tsx";
import { NumberField } from "./NumberField.tsx";
import { WeightsForm } from "./WeightsForm.tsx";

/** What scenarios rarely set; the JSON has the rest. */
export function MoreSettings() {
  const document = useStore((state) => state.document);
  const problems = useStore((state) => state.problems);
  const { edit, set } = useStore.getState();
  const { listener = {}, tcpProxy = {} } = document;
  const plugin = pluginOf(document);
  const path = pluginPath(document);
  const origin = originOf(document);
  /** An empty field takes the value out, so that the default applies. */
  const given = (text: string) => (text === "" ? undefined : text);
  return (
    <>
      <div className="form">
        <SelectField
          label="Traffic"
          value={origin?.name ?? ""}
          options={[
            ...(origin ? [] : [{ value: "", name: "own addresses" }]),
            ...origins.map(({ name }) => ({ value: name })),
          ]}
          onChange={(name) => {
            const chosen = origins.find((one) => one.name === name);
            if (chosen) edit(applyOrigin(document, chosen));
          }}
        />
        {origin && <p className="note">{origin.about}</p>}
        <TextField
          label="Listener"
          placeholder="0.0.0.0:15001"
          value={listener.address ?? ""}
          problem={problemAt(problems, "$.listener.address")}
          onChange={(text) => edit(editListener(document, { address: given(text) }))}
        />
        <TextField
          label="Its name"
          placeholder="outbound"
          value={listener.name ?? ""}
          onChange={(text) => edit(editListener(document, { name: given(text) }))}
        />
        <SelectField
          label="Direction"
          value={listener.direction ?? "UNSPECIFIED"}
          options={directions.map((value) => ({ value }))}
          onChange={(value) => {
            const direction = directions.find((one) => one === value);
            edit(editListener(document, { direction }));
          }}
        />
      </div>
      <h3 className="more-head">tcp_proxy</h3>
      <div className="form">
        <NumberField
          label="Early data"
          placeholder="off"
          path="$.tcpProxy.maxEarlyDataBytes"
          value={tcpProxy.maxEarlyDataBytes}
          onChange={(maxEarlyDataBytes) => edit(editTcpProxy(document, { maxEarlyDataBytes }))}
        />
        <TextField
          label="Idle timeout"
          placeholder="none"
          value={tcpProxy.idleTimeout ?? ""}
          problem={problemAt(problems, "$.tcpProxy.idleTimeout")}
          onChange={(text) => edit(editTcpProxy(document, { idleTimeout: given(text) }))}
        />
        <TextField
          label="Lasts at most"
          placeholder="no limit"
          value={tcpProxy.maxConnectionDuration ?? ""}
          problem={problemAt(problems, "$.tcpProxy.maxConnectionDuration")}
          onChange={(text) => edit(editTcpProxy(document, { maxConnectionDuration: given(text) }))}
        />
        <NumberField
          label="Attempts"
          placeholder="1"
          path="$.tcpProxy.maxConnectAttempts"
          value={tcpProxy.maxConnectAttempts}
          onChange={(maxConnectAttempts) => edit(editTcpProxy(document, { maxConnectAttempts }))}
        />
      </div>
      <WeightsForm />
      <h3 className="more-head">Plugin and run</h3>
      <div className="form">
        <TextField
          label="Plugin"
          placeholder="wasmerang"
          value={plugin.name ?? ""}
          onChange={(text) => edit(editPlugin(document, { name: given(text) }))}
        />
        <TextField
          label="Root id"
          placeholder="none"
          value={plugin.rootId ?? ""}
          onChange={(text) => edit(editPlugin(document, { rootId: given(text) }))}
        />
        <TextField
          label="Reload after"
          placeholder="1s"
          value={plugin.reloadBackoff ?? ""}
          problem={problemAt(problems, `${path}.reloadBackoff`)}
          onChange={(text) => edit(editPlugin(document, { reloadBackoff: given(text) }))}
        />
        <NumberField
          label="Seed"
          placeholder="1"
          path="$.seed"
          value={document.seed}
          onChange={(seed) => {
            const { seed: _, ...rest } = document;
            edit(seed === undefined ? rest : { ...rest, seed });
          }}
        />
        <TextField
          label="Scenario"
          placeholder="no name"
          value={document.name ?? ""}
          onChange={(name) => edit({ ...document, name })}
        />
      </div>
      <p className="note">
        Faults, HTTP and gRPC replies, DNS, environment, expectations and further plugins are{" "}
        <button type="button" className="link" onClick={() => set({ editor: "json" })}>
          in the JSON
        </button>
        .
      </p>
    </>
  );
}

const directions = ["UNSPECIFIED", "INBOUND", "OUTBOUND"] as const;
