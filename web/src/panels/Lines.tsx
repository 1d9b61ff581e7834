import { useStore } from "../state/store.ts";

/** Lines below the top bar: what the page did before the first action, and notices. */
export function Lines() {
  const dismissed = useStore((state) => state.introDismissed);
  const notice = useStore((state) => state.notice);
  const count = useStore((state) => state.document.connections.length);
  const set = useStore((state) => state.set);
  return (
    <div>
      {!dismissed && (
        <section className="line intro" aria-label="What this page does">
          <p className="wide-only">
            A compiled Envoy TCP filter (.wasm) just ran in this page, for {inWords(count)}. Change
            the source address, or press <kbd>→</kbd> to step through what it did.
          </p>
          <p className="narrow-only">
            An Envoy TCP filter (.wasm) just ran in this page. Step through it below.
          </p>
          <button type="button" className="link" onClick={() => set({ dialog: "tour" })}>
            Take the tour
          </button>
          <button type="button" className="link" onClick={() => set({ introDismissed: true })}>
            Dismiss
          </button>
        </section>
      )}
      {/* Always there, so that a notice that comes is announced. */}
      <div role="status">
        {notice !== undefined && (
          <div className="line notice">
            <p>{notice}</p>
            <button type="button" className="link" onClick={() => set({ notice: undefined })}>
              Dismiss
              <span className="hidden"> the notice</span>
            </button>
          </div>
        )}
      </div>
    </div>
  );
}

function inWords(count: number): string {
  const number = ["no", "one", "two", "three", "four", "five"][count] ?? String(count);
  return `${number} ${count === 1 ? "connection" : "connections"}`;
}
