/** The templates of the bundles: the files of the example folders as they are in the repository. */
const root = "../../../../";
const templates: Record<string, string> = import.meta.glob(
  [
    "../../../../examples/{envoy,docker,istio}/**/*",
    "!../../../../examples/istio/{golden,verify}/**",
  ],
  { query: "?raw", import: "default", eager: true },
);

/** Throws an Error if the page was built without the file. */
export function readTemplate(folder: string, path: string): string {
  const text = templates[`${root}${folder}/${path}`];
  if (text === undefined) throw new Error(`there is no template ${folder}/${path}`);
  return text;
}
