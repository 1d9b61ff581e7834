import type { KeyboardEvent } from "react";
import { inputOf, networkOf, readInput } from "../../session/sweep/sweep.ts";
import { useStore } from "../../state/store.ts";
import { useSweep } from "../../state/sweep.ts";
import type { InputField, SweepInput } from "../../trace/sweep/plan.ts";
import { Field, TextField } from "../Field.tsx";

const presets = [
  { name: "/24", prefix: 24, v6: false },
  { name: "/16", prefix: 16, v6: false },
  { name: "IPv6 /120", prefix: 120, v6: true },
] as const;

/** What is asked: sources, destination and ports. */
export function SweepForm(props: {
  readonly isRunning: boolean;
  readonly onSweep: () => void;
  readonly onStop: () => void;
}) {
  const { isRunning, onSweep, onStop } = props;
  const document = useStore((state) => state.document);
  const connection = useStore((state) => state.connection);
  const typed = useSweep((state) => state.input);
  const input = typed ?? inputOf(document, connection);
  const read = readInput(input);
  const problemOf = (field: InputField) =>
    !read.ok && read.field === field ? read.problem : undefined;
  const change = (patch: Partial<SweepInput>) =>
    useSweep.getState().set({ input: { ...input, ...patch } });

  function key(event: KeyboardEvent) {
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    onSweep();
  }
  function choose({ prefix, v6 }: (typeof presets)[number]) {
    const own = /^[\d.]+(?=\/)/.exec(inputOf(document, connection).sources)?.[0] ?? "10.0.0.0";
    change({ sources: v6 ? networkOf("2001:db8::") : networkOf(own, prefix) });
    onSweep();
  }

  return (
    <form
      className="sweep-form"
      aria-label="What to sweep"
      onSubmit={(event) => event.preventDefault()}
    >
      <div className="sweep-field sources" onKeyDown={key}>
        <Field
          label="Source addresses"
          problem={problemOf("sources")}
          note="Ranges or addresses, by commas or lines (Shift Enter)"
        >
          {(wiring) => (
            <textarea
              {...wiring}
              className="input"
              rows={Math.min(6, input.sources.split("\n").length)}
              value={input.sources}
              spellCheck={false}
              autoComplete="off"
              autoCapitalize="off"
              onChange={(event) => change({ sources: event.target.value })}
            />
          )}
        </Field>
      </div>
      <div className="sweep-field" onKeyDown={key}>
        <TextField
          label="To address"
          value={input.destination}
          problem={problemOf("destination")}
          onChange={(destination) => change({ destination })}
        />
      </div>
      <div className="sweep-field ports" onKeyDown={key}>
        <TextField
          label="Ports"
          value={input.ports}
          problem={problemOf("ports")}
          onChange={(ports) => change({ ports })}
        />
      </div>
      <div className="sweep-buttons">
        <div className="segmented" role="group" aria-label="Examples">
          {presets.map((preset) => (
            <button key={preset.name} type="button" onClick={() => choose(preset)}>
              {preset.name}
            </button>
          ))}
        </div>
        <button
          type="button"
          className="button primary small"
          disabled={!read.ok && !isRunning}
          title={isRunning ? "Stop (Esc)" : "Sweep (Enter in a field)"}
          onClick={isRunning ? onStop : onSweep}
        >
          {isRunning ? "Stop" : "Sweep"}
        </button>
      </div>
    </form>
  );
}
