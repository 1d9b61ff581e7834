import { useRef } from "react";
import type { FailurePolicy } from "wasmerang";
import { chooseB, chooseFileB, keepPresent, setOverride } from "../../session/compare/compare.ts";
import { useCompare } from "../../state/compare.ts";
import { pluginOf, type PluginDocument } from "../../state/editScenario.ts";
import { gallery } from "../../state/gallery.ts";
import { useStore } from "../../state/store.ts";
import { Field, SelectField } from "../Field.tsx";

const policies: readonly FailurePolicy[] = ["FAIL_CLOSED", "FAIL_OPEN", "FAIL_RELOAD"];

/** The present module and scenario, which are edited at the left. */
export function SideA() {
  const module = useStore((state) => state.module);
  const document = useStore((state) => state.document);
  const { configuration, failurePolicy = "FAIL_CLOSED" } = pluginOf(document);
  return (
    <section className="compare-side" aria-labelledby="side-a">
      <h3 id="side-a">
        A <span className="dim">as it is now</span>
      </h3>
      <p>
        <code>{module?.name ?? "loading"}</code>
      </p>
      <p className="compare-text" title={textOf(configuration)}>
        {textOf(configuration) === "" ? (
          <span className="dim">no configuration</span>
        ) : (
          <code>{textOf(configuration)}</code>
        )}
      </p>
      <p className="dim">{failurePolicy}</p>
      <button
        type="button"
        className="button small"
        title="Module, configuration and policy as they are now become B"
        onClick={keepPresent}
      >
        Keep this as B
      </button>
    </section>
  );
}

/** What A is compared with. */
export function SideB() {
  const moduleA = useStore((state) => state.module);
  const plugin = useStore((state) => pluginOf(state.document));
  const { choice, kept, override, problem } = useCompare();
  const hasText = "configuration" in override;
  const text = textOf(hasText ? override.configuration : plugin.configuration);
  const chosen =
    choice.kind === "gallery"
      ? `gallery ${choice.id}`
      : choice.kind === "module"
        ? `kept ${kept.indexOf(choice.module)}`
        : "same";
  function choose(value: string) {
    const [kind, id = ""] = value.split(" ");
    const module = kept[Number(id)];
    if (kind === "gallery") void chooseB({ kind, id });
    else if (kind === "kept" && module) void chooseB({ kind: "module", module });
    else void chooseB({ kind: "same" });
  }
  function setText(configuration: string | undefined) {
    setOverride({ ...override, configuration: configuration === "" ? undefined : configuration });
  }
  function dropText() {
    const { configuration: dropped, ...rest } = override;
    if (dropped !== undefined || hasText) setOverride(rest);
  }
  return (
    <section className="compare-side" aria-labelledby="side-b">
      <h3 id="side-b">B</h3>
      <div className="compare-form">
        <SelectField
          label="Module of B"
          labelHidden
          value={chosen}
          problem={problem}
          options={[
            { value: "same", name: `as A (${moduleA?.name ?? ""})` },
            ...kept.map(({ name, sha256 }, index) => ({
              value: `kept ${index}`,
              name: `${name} ${sha256.slice(0, 8)}`,
            })),
            ...gallery.map(({ id, name }) => ({ value: `gallery ${id}`, name })),
          ]}
          onChange={choose}
        />
        <ChooseFileB />
      </div>
      <Field label="Configuration of B" labelHidden>
        {(wiring) => (
          <textarea
            {...wiring}
            className="input"
            rows={Math.min(4, Math.max(1, text.split("\n").length, Math.ceil(text.length / 60)))}
            value={text}
            placeholder="no configuration"
            spellCheck={false}
            autoComplete="off"
            autoCapitalize="off"
            onChange={({ target }) => setText(target.value)}
          />
        )}
      </Field>
      <div className="compare-form">
        <SelectField
          label="Failure policy of B"
          labelHidden
          value={override.failurePolicy ?? "same"}
          options={[
            { value: "same", name: `as A (${plugin.failurePolicy ?? "FAIL_CLOSED"})` },
            ...policies.map((value) => ({ value })),
          ]}
          onChange={(value) => {
            const { failurePolicy: _dropped, ...rest } = override;
            const policy = policies.find((one) => one === value);
            setOverride(policy ? { ...rest, failurePolicy: policy } : rest);
          }}
        />
        {hasText && (
          <button type="button" className="link" onClick={dropText}>
            Configuration as A
          </button>
        )}
      </div>
    </section>
  );
}

function ChooseFileB() {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <button
        type="button"
        className="button small"
        title="Another module of your own. It stays in this page; nothing is uploaded."
        onClick={() => input.current?.click()}
      >
        File for B
      </button>
      <input
        ref={input}
        type="file"
        hidden
        aria-label="File for B: file"
        onChange={({ target }) => {
          const file = target.files?.[0];
          if (file) void chooseFileB(file);
          // So that the same file, built again, is a change.
          target.value = "";
        }}
      />
    </>
  );
}

function textOf(configuration: PluginDocument["configuration"]): string {
  if (configuration === undefined || typeof configuration === "string") return configuration ?? "";
  return JSON.stringify(configuration);
}
