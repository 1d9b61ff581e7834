/** Edits of a scenario document: each answers a new one and leaves the old as it was. */
import type { ScenarioDocument } from "wasmerang";
import { newConnection } from "./defaultScenario.ts";

export type ConnectionDocument = ScenarioDocument["connections"][number];
export type ClusterDocument = ScenarioDocument["clusters"][string];
export type PluginDocument = NonNullable<ScenarioDocument["plugin"]>;

/** Undefined in a patch takes the field out. */
export type Patch<Type> = { readonly [Key in keyof Type]?: Type[Key] | undefined };

export function patched<Type extends object>(value: Type, patch: Patch<Type>): Type {
  const entries = Object.entries({ ...value, ...patch });
  return Object.fromEntries(entries.filter(([, field]) => field !== undefined)) as Type;
}

export function editConnection(
  document: ScenarioDocument,
  index: number,
  patch: Patch<ConnectionDocument>,
): ScenarioDocument {
  const connections = document.connections.map((connection, at) =>
    at === index ? patched(connection, patch) : connection,
  );
  return { ...document, connections };
}

/** Adds a connection from the address after the last one's. */
export function addConnection(document: ScenarioDocument): ScenarioDocument {
  const last = document.connections.at(-1);
  const added = newConnection(freeId(document), nextSource(last?.source));
  const connection = last ? { ...added, destination: last.destination } : added;
  return { ...document, connections: [...document.connections, connection] };
}

export function removeConnection(document: ScenarioDocument, index: number): ScenarioDocument {
  return { ...document, connections: document.connections.filter((_, at) => at !== index) };
}

/** The plugin that the forms show: the only one, or the first of several. */
export function pluginOf({ plugin, plugins }: ScenarioDocument): PluginDocument {
  return plugins?.[0] ?? plugin ?? {};
}

/** JSON path of the plugin that the forms show. */
export const pluginPath = ({ plugins }: ScenarioDocument) =>
  plugins ? "$.plugins[0]" : "$.plugin";

export function editPlugin(
  document: ScenarioDocument,
  patch: Patch<PluginDocument>,
): ScenarioDocument {
  const plugin = patched(pluginOf(document), patch);
  if (!document.plugins) return { ...document, plugin };
  return { ...document, plugins: [plugin, ...document.plugins.slice(1)] };
}

/** Makes a cluster tcp_proxy's own, in place of another or of weighted ones. */
export function setOwnCluster(document: ScenarioDocument, cluster: string): ScenarioDocument {
  return {
    ...document,
    tcpProxy: patched(document.tcpProxy ?? {}, { cluster, weightedClusters: undefined }),
  };
}

export function editCluster(
  document: ScenarioDocument,
  name: string,
  patch: Patch<ClusterDocument>,
): ScenarioDocument {
  const cluster = document.clusters[name];
  if (!cluster) return document;
  return { ...document, clusters: { ...document.clusters, [name]: patched(cluster, patch) } };
}

export function addCluster(document: ScenarioDocument): ScenarioDocument {
  let number = 1;
  while (Object.hasOwn(document.clusters, `egress${number}`)) number += 1;
  const cluster = { endpoints: [`10.1.0.${10 + number}:8080`] };
  return { ...document, clusters: { ...document.clusters, [`egress${number}`]: cluster } };
}

export function removeCluster(document: ScenarioDocument, name: string): ScenarioDocument {
  const { [name]: removed, ...clusters } = document.clusters;
  return removed ? { ...document, clusters } : document;
}

/** Why a cluster cannot have this name; undefined when it can. */
export function clusterNameProblem(
  document: ScenarioDocument,
  name: string,
  wanted: string,
): string | undefined {
  if (wanted === "") return "A cluster needs a name";
  if (wanted !== name && Object.hasOwn(document.clusters, wanted))
    return `There already is a cluster ${wanted}`;
  return undefined;
}

/** Renames in place; tcp_proxy's own cluster goes along, as one means the same cluster. */
export function renameCluster(
  document: ScenarioDocument,
  name: string,
  wanted: string,
): ScenarioDocument {
  const clusters = Object.fromEntries(
    Object.entries(document.clusters).map(([key, cluster]) => [
      key === name ? wanted : key,
      cluster,
    ]),
  );
  const isOwn = (document.tcpProxy ?? { cluster: "default" }).cluster === name;
  const renamed = { ...document, clusters };
  return isOwn ? setOwnCluster(renamed, wanted) : renamed;
}

function freeId(document: ScenarioDocument): string {
  const used = new Set(document.connections.map(({ id }, index) => id ?? String(index + 1)));
  let number = document.connections.length;
  const name = () => (number < 26 ? String.fromCharCode(97 + number) : `c${number + 1}`);
  while (used.has(name())) number += 1;
  return name();
}

/** `10.0.0.43:51325` → `10.0.0.44:51326`. */
function nextSource(source: string | undefined): string {
  const parts = /^(\d+\.\d+\.\d+)\.(\d+):(\d+)$/.exec(source ?? "");
  if (!parts) return "10.0.0.44:51326";
  const octet = (Number(parts[2]) + 1) % 256;
  const port = Number(parts[3]) >= 65535 ? 49152 : Number(parts[3]) + 1;
  return `${parts[1]}.${octet}:${port}`;
}
