import { useEffect, useRef } from "react";
import type { BundleFile } from "wasmerang";
import { useExport } from "../../state/export.ts";
import { FilePreview } from "./FilePreview.tsx";
import { scrollWithin } from "./scrollWithin.ts";
import { TabList } from "./TabList.tsx";

/** All files of the bundle, and one of them. */
export function ExportFiles(props: {
  readonly files: readonly BundleFile[];
  /** Of the module. */
  readonly sha256: string;
  /** Whether they are what would be exported now. */
  readonly isCurrent: boolean;
}) {
  const { files, sha256, isCurrent } = props;
  const path = useExport((state) => state.path);
  const file =
    files.find((it) => it.path === path) ??
    files.find((it) => "marks" in it && it.marks.some(({ what }) => what === "configuration")) ??
    files.find((it) => filledIn(it) > 0 && !it.path.endsWith(".md")) ??
    files[0];
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => scrollWithin(list.current, "[aria-selected=true]"), [file?.path]);
  if (!file) return undefined;
  return (
    <div className="export-files">
      <div className="export-list" ref={list}>
        <TabList
          label="Files"
          controls="export-file"
          vertical
          items={files.map((it) => ({ id: it.path, content: <FileName file={it} /> }))}
          selected={file.path}
          onSelect={(path) => useExport.getState().set({ path })}
        />
      </div>
      <FilePreview key={file.path} file={file} sha256={sha256} isCurrent={isCurrent} />
    </div>
  );
}

function FileName({ file }: { readonly file: BundleFile }) {
  const count = filledIn(file);
  return (
    <>
      <span className="path">{file.path}</span>
      {count > 0 && (
        <span className="filled" title="Values that were filled in">
          {count}
          <span className="hidden"> filled in</span>
        </span>
      )}
    </>
  );
}

/** How many values were filled in. */
const filledIn = (file: BundleFile) => ("marks" in file ? file.marks.length : 0);
