/** Builds of the gallery's filters that came with the page. */
const wasms: Record<string, string> = import.meta.glob("../../../../filter/build/*.wasm", {
  query: "?url",
  import: "default",
  eager: true,
});
const maps: Record<string, string> = import.meta.glob("../../../../filter/build/*.map", {
  query: "?url",
  import: "default",
  eager: true,
});
const folder = "../../../../filter/build/";

/** Fetches `NAME.wasm`. Throws an Error with what the server answered. */
export async function fetchBuild(name: string): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetchFile(wasms[`${folder}${name}.wasm`], name);
  return new Uint8Array(await response.arrayBuffer());
}

/** Fetches the source map of `NAME.wasm`, as JSON. Throws likewise. */
export async function fetchSourceMap(name: string): Promise<string> {
  return (await fetchFile(maps[`${folder}${name}.wasm.map`], name)).text();
}

async function fetchFile(address: string | undefined, name: string): Promise<Response> {
  if (address === undefined) throw new Error(`there is no build ${name}`);
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address}: the server answered ${response.status}`);
  return response;
}
