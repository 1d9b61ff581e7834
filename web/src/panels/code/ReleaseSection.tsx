import { downloadRelease, downloadSources } from "../../session/code/code.ts";
import { useCode } from "../../state/code.ts";
import { Facts, Section } from "../inspector/parts.tsx";

/** What can be taken along: the release build and the sources. */
export function ReleaseSection() {
  const entry = useCode((state) => state.entry);
  const release = useCode((state) => state.release);
  const isBroken = useCode((state) => state.build.status === "refused");
  return (
    <Section title="Download">
      <p className="note" role="status">
        {release.status === "compiling"
          ? "Compiling with the release flags. This takes seconds."
          : release.status === "failed"
            ? `There is no release build: ${release.message}`
            : "The release build has the flags and the bytes of npm run build:wasm."}
      </p>
      {release.status === "built" && (
        <Facts
          facts={[
            ["file", `${entry}.wasm`],
            ["size", `${release.size.toLocaleString("en").replaceAll(",", " ")} B`],
            ["sha256", release.sha256 || "not available on a page that came over plain http"],
          ]}
        />
      )}
      <div className="buttons">
        <button
          type="button"
          className="button"
          disabled={isBroken || release.status === "compiling"}
          onClick={() => void downloadRelease()}
        >
          Download .wasm
        </button>
        <button type="button" className="button" onClick={downloadSources}>
          Download sources
        </button>
      </div>
    </Section>
  );
}
