import "../../styles/results.css";

/** How much of what takes long is done. */
export function Progress(props: {
  readonly name: string;
  readonly done: number;
  readonly of: number;
}) {
  const { name, done, of } = props;
  return (
    <progress className="result-progress" aria-label={name} max={Math.max(1, of)} value={done} />
  );
}
