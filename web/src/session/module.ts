/** The compiled filter that the page runs, as served beside it. */
import address from "../../../filter/build/wasmerang.wasm?url";
import { useStore } from "../state/store.ts";

/** Fetches the filter and puts it in the store. Throws with what the server answered. */
export async function loadModule(): Promise<void> {
  const response = await fetch(address);
  if (!response.ok) {
    throw new Error(`${address}: the server answered ${response.status}`);
  }
  const bytes = new Uint8Array(await response.arrayBuffer());
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  const sha256 = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0"));
  useStore.getState().setModule({ name: "wasmerang.wasm", bytes, sha256: sha256.join("") });
}

/** Saves the running module as a file, exactly as it ran. */
export function downloadModule(): void {
  const { module } = useStore.getState();
  if (!module) return;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([module.bytes.slice()], { type: "application/wasm" }));
  link.download = module.name;
  link.click();
  // The download has begun when click returns; the address may go in the next task.
  setTimeout(() => URL.revokeObjectURL(link.href));
}
