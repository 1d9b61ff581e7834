import { useStore } from "../state/store.ts";
import { presets, type Preset } from "../state/presets.ts";

/** Scenarios to start from. One replaces everything; one undo restores. */
export function Presets() {
  const document = useStore((state) => state.document);
  const replaced = useStore((state) => state.replaced);
  const { replace, set } = useStore.getState();

  function choose(preset: Preset) {
    if (preset.document === document) return;
    set({ replaced: document });
    replace(preset.document);
  }
  function undo() {
    if (replaced) replace(replaced);
    set({ replaced: undefined });
  }
  return (
    <section className="section" aria-labelledby="presets-title">
      <div className="section-head">
        <h3 id="presets-title">Presets</h3>
        <span className="grow" />
        {replaced && (
          <button type="button" className="link" onClick={undo}>
            Undo
            <span className="hidden"> the last preset</span>
          </button>
        )}
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
