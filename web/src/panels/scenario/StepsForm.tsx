import "../../styles/scenarioForms.css";
import { useStore } from "../../state/store.ts";
import { problemAt } from "../../state/problems.ts";
import {
  readHex,
  toHex,
  toText,
  type BytesDocument,
  type StepDocument,
} from "../../state/rareEdits.ts";
import { closers, type Closer } from "../../state/simpleSteps.ts";
import { SelectField, TextField } from "../Field.tsx";

const kinds = [
  { value: "downstream", name: "client sends" },
  { value: "upstream", name: "server sends" },
  ...closers.map((value) => ({ value, name: closeNames(value) })),
];

function closeNames(closer: Closer): string {
  const side = closer.startsWith("client") ? "client" : "server";
  return closer.endsWith("Reset") ? `${side} resets` : `${side} closes`;
}

/** Every step of a connection: who does what, when, with which bytes. */
export function StepsForm(props: {
  readonly path: string;
  readonly steps: readonly StepDocument[];
  readonly onChange: (steps: StepDocument[]) => void;
}) {
  const { path, steps, onChange } = props;
  const dropDrafts = useStore((state) => state.dropDrafts);
  const change = (index: number, step: StepDocument) =>
    onChange(steps.map((old, at) => (at === index ? step : old)));
  function remove(index: number) {
    dropDrafts(`${path}.steps`);
    onChange(steps.filter((_, at) => at !== index));
  }
  return (
    <ol className="steps" aria-label="Steps">
      {steps.map((step, index) => (
        <Step
          key={index}
          path={`${path}.steps[${index}]`}
          number={index + 1}
          step={step}
          onChange={(changed) => change(index, changed)}
          onRemove={() => remove(index)}
        />
      ))}
      <li>
        <button
          type="button"
          className="link"
          onClick={() => onChange([...steps, { downstream: "hello" }])}
        >
          Add a step
        </button>
      </li>
    </ol>
  );
}

function Step(props: {
  readonly path: string;
  readonly number: number;
  readonly step: StepDocument;
  readonly onChange: (step: StepDocument) => void;
  readonly onRemove: () => void;
}) {
  const { path, number, step, onChange, onRemove } = props;
  const problems = useStore((state) => state.problems);
  const after = step.after === undefined ? {} : { after: step.after };
  const kind = "close" in step ? step.close : "upstream" in step ? "upstream" : "downstream";
  const bytes = "close" in step ? "" : "upstream" in step ? step.upstream : step.downstream;
  const withBytes = (to: BytesDocument): StepDocument =>
    kind === "upstream" ? { ...after, upstream: to } : { ...after, downstream: to };
  function choose(value: string) {
    const closer = closers.find((one) => one === value);
    if (closer) onChange({ ...after, close: closer });
    else
      onChange({
        ...after,
        ...(value === "upstream" ? { upstream: bytes } : { downstream: bytes }),
      });
  }
  function wait(text: string) {
    const { after: _, ...rest } = step;
    onChange(text === "" ? rest : { after: text, ...rest });
  }
  const problem = problemAt(problems, path);
  return (
    <li className="step" aria-label={`Step ${number}`}>
      <SelectField
        label={`What happens in step ${number}`}
        labelHidden
        value={kind}
        options={kinds}
        onChange={choose}
      />
      <TextField
        label={`Delay before step ${number}`}
        labelHidden
        placeholder="at once"
        value={step.after ?? ""}
        problem={problemAt(problems, `${path}.after`)}
        onChange={wait}
      />
      <button
        type="button"
        className="button quiet icon small"
        aria-label={`Remove step ${number}`}
        onClick={onRemove}
      >
        <svg width="10" height="10" viewBox="0 0 10 10" aria-hidden="true">
          <path d="M1.5 5h7" stroke="currentColor" strokeWidth="1.6" strokeLinecap="round" />
        </svg>
      </button>
      {"close" in step ? null : (
        <Bytes
          path={path}
          number={number}
          bytes={bytes}
          onChange={(to) => onChange(withBytes(to))}
        />
      )}
      {problem !== undefined && !problemAt(problems, `${path}.after`) && (
        <p className="note bad">{problem}</p>
      )}
    </li>
  );
}

/** Bytes as text or as hexadecimal pairs; pairs that are none stay in the field as a draft. */
function Bytes(props: {
  readonly path: string;
  readonly number: number;
  readonly bytes: BytesDocument;
  readonly onChange: (bytes: BytesDocument) => void;
}) {
  const { path, number, bytes, onChange } = props;
  const draft = useStore((state) => state.drafts[path]);
  const setDraft = useStore((state) => state.draft);
  const text = toText(bytes);
  const isHex = typeof bytes !== "string";
  function change(typed: string) {
    if (!isHex) return onChange(typed);
    const read = readHex(typed);
    setDraft(path, read ? undefined : typed);
    if (read) onChange(read);
  }
  return (
    <>
      <TextField
        label={`Bytes of step ${number}`}
        labelHidden
        placeholder={isHex ? "00 ff" : "no bytes"}
        value={draft ?? (isHex ? toHex(bytes) : bytes)}
        problem={
          draft === undefined ? undefined : "Not pairs of hexadecimal digits. Example: 00 ff"
        }
        onChange={change}
      />
      <SelectField
        label={`Form of the bytes of step ${number}`}
        labelHidden
        value={isHex ? "hex" : "text"}
        options={[{ value: "text", disabled: text === undefined }, { value: "hex" }]}
        onChange={(form) => {
          setDraft(path, undefined);
          const hex = readHex(toHex(bytes));
          if (form === "hex" && hex) onChange(hex);
          else if (text !== undefined) onChange(text);
        }}
      />
    </>
  );
}
