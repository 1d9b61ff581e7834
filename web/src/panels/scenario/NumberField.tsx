import { problemAt } from "../../state/problems.ts";
import { useStore } from "../../state/store.ts";
import { TextField } from "../Field.tsx";

/** A whole number or nothing; what is none stays in the field as a draft. */
export function NumberField(props: {
  readonly label: string;
  readonly labelHidden?: boolean;
  readonly placeholder: string;
  /** JSON path of the field. */
  readonly path: string;
  readonly value: number | undefined;
  readonly onChange: (value: number | undefined) => void;
}) {
  const { path, value, onChange, ...rest } = props;
  const problems = useStore((state) => state.problems);
  const draft = useStore((state) => state.drafts[path]);
  const setDraft = useStore((state) => state.draft);
  return (
    <TextField
      {...rest}
      value={draft ?? (value === undefined ? "" : String(value))}
      problem={
        draft === undefined ? problemAt(problems, path) : "Not a whole number. Example: 1024"
      }
      onChange={(text) => {
        const isNumber = /^\d{1,15}$/.test(text);
        setDraft(path, isNumber || text === "" ? undefined : text);
        if (isNumber) onChange(Number(text));
        else if (text === "") onChange(undefined);
      }}
    />
  );
}
