import { useRef } from "react";
import { openFile, restoreModule } from "../session/playground.ts";
import { useStore } from "../state/store.ts";

/** Chooses a file to run, and the way back to the filter that came with the page. */
export function OpenModule() {
  const isFile = useStore((state) => state.module !== undefined && !state.module.entry);
  return (
    <>
      <button
        type="button"
        className="button quiet"
        aria-haspopup="dialog"
        title="Filters to begin with, in source"
        onClick={() => useStore.getState().set({ dialog: "gallery" })}
      >
        Gallery
      </button>
      <ChooseFile className="button" label="Open .wasm" />
      {isFile && (
        <button
          type="button"
          className="button quiet back"
          aria-label="Back to built-in filter"
          title="Run the filter that came with the page again"
          onClick={restoreModule}
        >
          Back to built-in
        </button>
      )}
    </>
  );
}

/** A button that opens the browser's choice of files. Any file will do: the report says what it is. */
export function ChooseFile(props: { readonly className: string; readonly label: string }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <button
        type="button"
        className={props.className}
        title="Run a module of your own. It stays in this page; nothing is uploaded."
        onClick={() => input.current?.click()}
      >
        {props.label}
      </button>
      <input
        ref={input}
        type="file"
        hidden
        aria-label={`${props.label}: file`}
        onChange={({ target }) => {
          const file = target.files?.[0];
          if (file) void openFile(file);
          // So that the same file, built again, is a change.
          target.value = "";
        }}
      />
    </>
  );
}
