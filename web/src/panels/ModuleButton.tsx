import { downloadModule } from "../session/playground.ts";
import { useStore } from "../state/store.ts";

/** Says which module runs and downloads exactly that. */
export function ModuleButton() {
  const module = useStore((state) => state.module);
  if (!module) return null;
  const { name, bytes, sha256 } = module;
  return (
    <button
      type="button"
      className="module"
      title={`Download ${name}${sha256 && `, sha256 ${sha256}`}`}
      onClick={downloadModule}
    >
      <svg width="12" height="12" viewBox="0 0 12 12" aria-hidden="true">
        <path
          d="M6 1v7M3 5.5l3 3 3-3M1 11h10"
          fill="none"
          stroke="currentColor"
          strokeWidth="1.5"
          strokeLinecap="round"
          strokeLinejoin="round"
        />
      </svg>
      <span className="hidden">Download </span>
      <b className="clip">{name}</b>
      <span>{sizeText(bytes.length)}</span>
      {sha256 !== "" && (
        <span data-sha256={sha256}>
          <span className="sha-word">sha256 </span>
          <span aria-hidden="true">{sha256.slice(0, 8)}</span>
          <span className="hidden">{sha256}</span>
        </span>
      )}
    </button>
  );
}

/** `712 B`, `15.8 kB`, `2.7 MB`. */
function sizeText(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
