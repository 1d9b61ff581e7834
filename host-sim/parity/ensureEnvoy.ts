/** As scripts/setupEnvoy.mjs, which also serves npm test and is therefore not compiled with host-sim. */
interface SetupEnvoy {
  readonly ensureEnvoy: () => Promise<string>;
}

/** Fetches Envoy 1.40 unless it is there; answers the path of its binary. For built files only. */
export async function ensureEnvoy(): Promise<string> {
  const script = new URL("../../../scripts/setupEnvoy.mjs", import.meta.url);
  const setup = (await import(script.href)) as SetupEnvoy;
  return setup.ensureEnvoy();
}
