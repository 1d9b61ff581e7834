import { useStore } from "../state/store.ts";

/** Over everything, while a file is held over the page. */
export function DropHint() {
  const isDragging = useStore((state) => state.isDragging);
  if (!isDragging) return null;
  return (
    <div className="drop-hint">
      <p>Drop a .wasm file to run it here. It is not uploaded.</p>
    </div>
  );
}
