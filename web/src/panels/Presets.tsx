import { useStore } from "../state/store.ts";
import { presets, type Preset } from "../state/presets.ts";

/** Scenarios to start from. One replaces everything; undo brings the last one back. */
export function Presets() {
  const document = useStore((state) => state.document);
  const { replace } = useStore.getState();

  function choose(preset: Preset) {
    if (preset.document !== document) replace(preset.document);
  }
  return (
    <section className="section" aria-labelledby="presets-title">
      <div className="section-head">
        <h3 id="presets-title">Presets</h3>
      </div>
      <ul className="presets">
        {presets.map((preset) => (
          <li key={preset.name}>
            <button
              type="button"
              className="preset"
              aria-pressed={preset.document === document}
              title={preset.about}
              onClick={() => choose(preset)}
            >
              {preset.name}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
