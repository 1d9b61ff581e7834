import { lazy, Suspense, useState } from "react";
import { useStore } from "../state/store.ts";
import { editConnection, type ConnectionDocument } from "../state/editScenario.ts";
import { connectionPath, problemAt } from "../state/problems.ts";
import {
  MAX_BYTES,
  closers,
  readByteCount,
  readSimpleSteps,
  writeSimpleSteps,
  type Closer,
  type SimpleSteps,
} from "../state/simpleSteps.ts";
import { Field, SelectField, TextField } from "./Field.tsx";

const StepsForm = lazy(async () => ({
  default: (await import("./scenario/StepsForm.tsx")).StepsForm,
}));

const closerNames: Readonly<Record<Closer, string>> = {
  client: "client",
  server: "server",
  clientReset: "client, with a reset",
  serverReset: "server, with a reset",
};

/** The form of the selected connection. */
export function ConnectionForm() {
  const index = useStore((state) => state.connection);
  const connection = useStore((state) => state.document.connections[index]);
  return connection ? <Form key={index} index={index} connection={connection} /> : null;
}

function Form(props: { readonly index: number; readonly connection: ConnectionDocument }) {
  const { index, connection } = props;
  const problems = useStore((state) => state.problems);
  const path = connectionPath(index);
  const change = (patch: Parameters<typeof editConnection>[2]) => {
    const { document, edit } = useStore.getState();
    edit(editConnection(document, index, patch));
  };

  return (
    <div className="form">
      <TextField
        label="Source"
        value={connection.source}
        problem={problemAt(problems, `${path}.source`)}
        onChange={(source) => change({ source })}
      />
      <TextField
        label="Destination"
        value={connection.destination}
        problem={problemAt(problems, `${path}.destination`)}
        onChange={(destination) => change({ destination })}
      />
      <TextField
        label="SNI"
        placeholder="none"
        value={connection.serverName ?? ""}
        problem={problemAt(problems, `${path}.serverName`)}
        onChange={(text) => change({ serverName: text === "" ? undefined : text })}
      />
      <Steps path={path} steps={connection.steps} onChange={change} />
    </div>
  );
}

/** Bytes both ways and the close; each step by itself where that is asked for or does not fit. */
function Steps(props: {
  readonly path: string;
  readonly steps: ConnectionDocument["steps"];
  readonly onChange: (patch: Pick<ConnectionDocument, "steps">) => void;
}) {
  const { path, steps = [], onChange: change } = props;
  const [isEach, setEach] = useState(false);
  const isHalfTyped = useStore(({ drafts }) =>
    Object.keys(drafts).some((key) => key.startsWith(`${path}.steps`)),
  );
  // Typing that came back after a reload is shown, and stays in view when it is mended.
  if (isHalfTyped && !isEach) setEach(true);
  const simple = readSimpleSteps(steps);
  const onChange = (to: SimpleSteps) => change({ steps: writeSimpleSteps(to) });
  if (!simple || isEach) {
    return (
      <>
        <Suspense fallback={null}>
          <StepsForm path={path} steps={steps} onChange={(to) => change({ steps: to })} />
        </Suspense>
        <button
          type="button"
          className="link whole"
          onClick={() => {
            setEach(false);
            useStore.getState().dropDrafts(`${path}.steps`);
            if (!simple) onChange({ sends: 517, gets: 1460, closedBy: "client" });
          }}
        >
          {simple ? "Sizes only" : "Replace by simple steps"}
        </button>
      </>
    );
  }
  return (
    <>
      <span className="label" aria-hidden="true">
        Sends
      </span>
      <div className="pair">
        <ByteCount
          label="Bytes that the client sends"
          path={`${path}.sends`}
          count={simple.sends}
          onChange={(sends) => onChange({ ...simple, sends })}
        />
        <span aria-hidden="true">↔</span>
        <ByteCount
          label="Bytes that the client gets"
          path={`${path}.gets`}
          count={simple.gets}
          onChange={(gets) => onChange({ ...simple, gets })}
        />
      </div>
      <SelectField
        label="Closed by"
        value={simple.closedBy ?? ""}
        options={[
          ...closers.map((value) => ({ value, name: closerNames[value] })),
          { value: "", name: "nobody" },
        ]}
        onChange={(value) =>
          onChange({ ...simple, closedBy: closers.find((closer) => closer === value) })
        }
      />
      <button type="button" className="link whole" onClick={() => setEach(true)}>
        Edit each step
      </button>
    </>
  );
}

/** A number of bytes; what is no such number stays in the field as a draft. */
function ByteCount(props: {
  readonly label: string;
  readonly path: string;
  readonly count: number;
  readonly onChange: (count: number) => void;
}) {
  const { label, path, count, onChange } = props;
  const draft = useStore((state) => state.drafts[path]);
  const setDraft = useStore((state) => state.draft);
  // While the field has the focus its text is left alone.
  const [typed, setTyped] = useState<string>();

  function change(text: string) {
    setTyped(text);
    const read = readByteCount(text);
    setDraft(path, read === undefined ? text : undefined);
    if (read !== undefined && read !== count) onChange(read);
  }
  return (
    <Field
      label={label}
      labelHidden
      problem={draft !== undefined ? `Not a number of bytes from 0 to ${MAX_BYTES}` : undefined}
    >
      {(wiring) => (
        <input
          {...wiring}
          className="input"
          inputMode="numeric"
          autoComplete="off"
          value={typed ?? draft ?? `${count} B`}
          onChange={(event) => change(event.target.value)}
          onBlur={() => setTyped(undefined)}
        />
      )}
    </Field>
  );
}
