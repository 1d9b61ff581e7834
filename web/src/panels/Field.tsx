import { useId, type ReactNode } from "react";

interface Wiring {
  readonly id: string;
  readonly "aria-invalid": boolean;
  readonly "aria-describedby": string | undefined;
}

/** A label, a control and, below, what is wrong with it or a note. `children` gets the wiring. */
export function Field(props: {
  readonly label: string;
  /** The label is there for assistive technology only. */
  readonly labelHidden?: boolean;
  readonly problem?: string | undefined;
  readonly note?: string | undefined;
  readonly children: (wiring: Wiring) => ReactNode;
}) {
  const { label, labelHidden = false, problem, note, children } = props;
  const id = useId();
  const text = problem ?? note;
  return (
    <>
      <label className={labelHidden ? "hidden" : undefined} htmlFor={id}>
        {label}
      </label>
      {children({
        id,
        "aria-invalid": problem !== undefined,
        "aria-describedby": text === undefined ? undefined : `${id}-text`,
      })}
      {text !== undefined && (
        <p
          id={`${id}-text`}
          className={problem === undefined ? "note" : "note bad"}
          title={problem}
        >
          {problem === undefined ? text : <FirstSentence text={problem} />}
        </p>
      )}
    </>
  );
}

/** The rest is for assistive technology and for the title: a narrow column has no room for it. */
function FirstSentence({ text }: { readonly text: string }) {
  const end = text.indexOf(". ");
  if (end < 0) return text;
  return (
    <>
      {text.slice(0, end + 1)}
      <span className="hidden">{text.slice(end + 1)}</span>
    </>
  );
}

/** A field of one line of text. */
export function TextField(props: {
  readonly label: string;
  readonly labelHidden?: boolean;
  readonly value: string;
  readonly problem?: string | undefined;
  readonly placeholder?: string;
  readonly onChange: (text: string) => void;
}) {
  const { label, labelHidden = false, value, problem, placeholder, onChange } = props;
  return (
    <Field label={label} labelHidden={labelHidden} problem={problem}>
      {(wiring) => (
        <input
          {...wiring}
          className="input"
          value={value}
          placeholder={placeholder}
          spellCheck={false}
          autoComplete="off"
          autoCapitalize="off"
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}

/** A field with a choice of values. */
export function SelectField(props: {
  readonly label: string;
  readonly labelHidden?: boolean;
  readonly value: string;
  readonly problem?: string | undefined;
  readonly options: readonly {
    readonly value: string;
    readonly name?: string;
    readonly disabled?: boolean;
  }[];
  readonly onChange: (value: string) => void;
}) {
  const { label, labelHidden = false, value, problem, options, onChange } = props;
  return (
    <Field label={label} labelHidden={labelHidden} problem={problem}>
      {(wiring) => (
        <select
          {...wiring}
          className="input"
          value={value}
          onChange={(event) => onChange(event.target.value)}
        >
          {options.map((option) => (
            <option key={option.value} value={option.value} disabled={option.disabled}>
              {option.name ?? option.value}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
