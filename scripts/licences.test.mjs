import { expect, it } from "vitest";
import { isAllowed, shippedLicences } from "./licences.mjs";

it.each([
  ["MIT", true],
  ["(MPL-2.0 OR Apache-2.0)", true],
  ["(MIT AND Zlib)", true],
  ["(MIT AND GPL-3.0-only)", false],
  ["GPL-3.0-only", false],
  ["unknown", false],
])("%s is allowed: %s", (licence, expected) => {
  expect(isAllowed(licence)).toBe(expected);
});

it("what is shipped includes the compiler and what it needs, and no other tool", () => {
  const packages = {
    "node_modules/react": { license: "MIT" },
    "node_modules/eslint": { license: "MIT", dev: true },
    "node_modules/assemblyscript": {
      license: "Apache-2.0",
      dev: true,
      dependencies: { long: "5" },
    },
    "node_modules/@solo-io/proxy-runtime": { license: "Apache-2.0", dev: true },
    "node_modules/long": { license: "Apache-2.0", dev: true },
    "node_modules/nameless": {},
    "node_modules/wasmerang": { link: true },
  };
  expect(Object.fromEntries(shippedLicences({ packages }))).toEqual({
    MIT: ["react"],
    "Apache-2.0": ["@solo-io/proxy-runtime", "assemblyscript", "long"],
    unknown: ["nameless"],
  });
});
