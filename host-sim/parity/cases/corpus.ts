/** The cases that were thought of; generated.ts makes those that were not. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { packageRoot, type ParityCase } from "./case.ts";
import { capabilityCases } from "./capabilities.ts";
import { calloutCases } from "./callouts.ts";
import { endingCases } from "./endings.ts";
import { everyFunctionCases } from "./everyFunction.ts";
import { expressionCases } from "./expressions.ts";
import { fileCases } from "./files.ts";
import { filterCases, releaseFilter } from "./filter.ts";
import { galleryCases } from "./gallery.ts";
import { pluginCases } from "./plugins.ts";
import { probeCases } from "./probes.ts";
import { moduleCases } from "./refused.ts";
import { tcpProxyCases } from "./tcpProxy.ts";
import { timedCases } from "./timed.ts";
import { serverNameCases } from "./serverNames.ts";
import { signatureCases } from "./signatures.ts";

export async function corpus(): Promise<readonly ParityCase[]> {
  const gallery = join(packageRoot, "..", "examples", "scenarios");
  const cases = [
    ...filterCases(),
    ...galleryCases(),
    ...(existsSync(gallery)
      ? fileCases(gallery, releaseFilter()).map(({ fails: _, ...it }) => it)
      : []),
    ...(await probeCases()),
    ...(await endingCases()),
    ...(await calloutCases()),
    ...(await expressionCases()),
    ...(await signatureCases()),
    ...(await serverNameCases()),
    ...(await capabilityCases()),
    ...(await moduleCases()),
    ...(await everyFunctionCases()),
    ...(await pluginCases()),
    ...(await tcpProxyCases()),
    ...(await timedCases()),
  ];
  const names = new Set(cases.map(({ name }) => name));
  if (names.size !== cases.length) throw new Error("two parity cases have the same name");
  return cases;
}
