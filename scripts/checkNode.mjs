// Imported first by `npm start` and `npm test`, before anything that an older Node cannot load.
const needed = "20.19.0";

/** @param {string} version */
const numbers = (version) => version.split(".").map(Number);

/**
 * Whether a Node version is at least another one.
 * @param {string} version such as `20.19.0`
 * @param {string} atLeast
 */
function isAtLeast(version, atLeast) {
  const have = numbers(version);
  const want = numbers(atLeast);
  const differs = want.findIndex((part, i) => have[i] !== part);
  return differs === -1 || Number(have[differs]) > Number(want[differs]);
}

if (!isAtLeast(process.versions.node, needed)) {
  console.error(
    "Wasmerang needs Node " +
      needed +
      " or newer; this is Node " +
      process.versions.node +
      ".\n" +
      "Install the current LTS version from https://nodejs.org/en/download (or with nvm:\n" +
      "`nvm install --lts`), then run the same command again.",
  );
  process.exit(1);
}
