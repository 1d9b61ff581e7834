import { copyAnyLink } from "../session/playground.ts";
import { saveScenario } from "../session/scenario/files.ts";
import { useStore } from "../state/store.ts";

/** Says why a file is the better way, and leaves the choice. */
export function LongLink() {
  const close = () => useStore.getState().set({ dialog: undefined });
  return (
    <>
      <p>
        A link to this scenario has more than 32 000 characters. Browsers open it, but chats,
        trackers and mail cut it off. A file holds the same.
      </p>
      <p className="choices">
        <button
          type="button"
          className="button primary"
          onClick={() => {
            saveScenario();
            close();
          }}
        >
          Save as a file
        </button>
        <button
          type="button"
          className="button"
          onClick={() => {
            close();
            void copyAnyLink();
          }}
        >
          Copy the link all the same
        </button>
      </p>
    </>
  );
}
