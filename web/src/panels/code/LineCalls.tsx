import { useCode } from "../../state/code.ts";
import { useStore } from "../../state/store.ts";
import { callArguments, callResult } from "../../trace/describeCall.ts";
import { callsByLine } from "../../trace/sourceLines.ts";
import { EventLink } from "../EventLink.tsx";
import { Section } from "../inspector/parts.tsx";

/** More are left out: a line of the layer makes every call of a run. */
const MOST_CALLS = 50;

/** The host calls that the line with the cursor made, itself or in what it called. */
export function LineCalls() {
  const run = useStore((state) => state.run);
  const entry = useCode((state) => state.entry);
  const file = useCode((state) => state.file);
  const line = useCode((state) => state.line);
  const isTheirs = run?.module?.entry === entry && run.stacks !== undefined;
  if (!isTheirs) return null;
  const lines = callsByLine(run, file);
  const calls = (line !== undefined && lines.get(line)) || [];
  const place = `${file.split("/").at(-1)}${line === undefined ? "" : `:${line}`}`;
  if (calls.length === 0) {
    return (
      <Section title={`Host calls of ${place}`}>
        <p className="note">
          {line === undefined
            ? `${lines.size === 1 ? "1 line" : `${lines.size} lines`} of this file led to host calls. Click one, marked by its number, for its calls.`
            : "None in this run."}
        </p>
      </Section>
    );
  }
  return (
    <Section title={`Host calls of ${place}`} aside={String(calls.length)}>
      <ol className="calls">
        {calls.slice(0, MOST_CALLS).map((call) => (
          <li key={call.seq}>
            <EventLink seq={call.seq} />
            <span>
              {call.name.replace(/^proxy_/, "")} <small>{callArguments(call)}</small>
              <span className="answer">{callResult(call)}</span>
            </span>
          </li>
        ))}
      </ol>
      {calls.length > MOST_CALLS && (
        <p className="note">and {calls.length - MOST_CALLS} more, in the trace</p>
      )}
    </Section>
  );
}
