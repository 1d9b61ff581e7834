/** Which problem belongs to which field of the forms, and which belong to none that is shown. */
import type { ScenarioProblem } from "wasmerang";

/** A cluster's JSON path; names that are no plain words are written as JSON in brackets. */
export function clusterPath(name: string): string {
  return `$.clusters${/^[A-Za-z_$][\w$]*$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`}`;
}

export const connectionPath = (index: number) => `$.connections[${index}]`;

/** The fields that the forms show, as paths; those of clusters are found by `clusterPath`. */
function shownPaths(connection: number, clusters: readonly string[]): readonly string[] {
  const at = connectionPath(connection);
  return [
    ...["source", "destination", "serverName"].map((field) => `${at}.${field}`),
    ...["$.plugin", "$.plugins[0]"].flatMap((plugin) =>
      ["configuration", "failurePolicy", "logLevel"].map((field) => `${plugin}.${field}`),
    ),
    "$.tcpProxy.cluster",
    ...clusters.flatMap((name) =>
      ["endpoints", "connect"].map((field) => `${clusterPath(name)}.${field}`),
    ),
  ];
}

/** Whether `path` is the field or inside of it. */
const isWithin = (path: string, field: string) =>
  path === field || path.startsWith(`${field}.`) || path.startsWith(`${field}[`);

/** What is wrong with a field, in one sentence; undefined: nothing. */
export function problemAt(problems: readonly ScenarioProblem[], field: string): string | undefined {
  const found = problems.find(({ path }) => isWithin(path, field));
  return found && sentenceCase(found.message);
}

/** The problems that no field on screen can carry. */
export function unshownProblems(
  problems: readonly ScenarioProblem[],
  connection: number,
  clusters: readonly string[],
): readonly ScenarioProblem[] {
  const shown = shownPaths(connection, clusters);
  return problems.filter(({ path }) => !shown.some((field) => isWithin(path, field)));
}

/** Index of the connection that a problem is about; undefined: it is about none. */
export function connectionOf({ path }: ScenarioProblem): number | undefined {
  const index = /^\$\.connections\[(\d+)\]/.exec(path)?.[1];
  return index === undefined ? undefined : Number(index);
}

export function sentenceCase(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
