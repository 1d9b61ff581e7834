/** Connections that go elsewhere than meant. */
import { nearestName, type HostCall } from "wasmerang";
import { callbackAround } from "../callTree.ts";
import { filterStateChangeOf } from "../describeCall.ts";
import { asText, bytesText } from "../describeValue.ts";
import { CLUSTER_KEY } from "../filterStateAt.ts";
import { at, link, type Part } from "../parts.ts";
import { code, error, warning, type Check } from "./problem.ts";

const KEY = code(CLUSTER_KEY);
const NEW_CONNECTION = code("proxy_on_new_connection");

const valueOf = (call: HostCall): string => {
  const value = filterStateChangeOf(call)?.value;
  return value === undefined ? "" : (asText(value) ?? bytesText(value));
};

export const tooLate: Check = {
  name: "the decision comes before tcp_proxy looks",
  find: ({ events, connections }) =>
    connections.flatMap(({ decision, events: own }) => {
      if (decision === undefined) return [];
      const late = own.find(
        (event) =>
          event.kind === "hostCall" &&
          event.seq > decision.seq &&
          filterStateChangeOf(event)?.key === CLUSTER_KEY,
      );
      if (late?.kind !== "hostCall") return [];
      const around = callbackAround(events, late);
      return [
        error(
          late,
          "Decision too late",
          [
            "The filter wrote ",
            KEY,
            " = ",
            code(valueOf(late)),
            ...at(late),
            ...(around === undefined ? [] : [", in ", code(around.callback)]),
            "; Envoy answered Ok. tcp_proxy had looked",
            ...at(decision),
            " and taken ",
            code(decision.cluster),
            "; it never looks again.",
          ],
          [
            "Write it in ",
            NEW_CONNECTION,
            ". If the first bytes must be seen: return StopIteration there, decide in ",
            code("proxy_on_downstream_data"),
            " and return Continue, with tcp_proxy's ",
            code("max_early_data_bytes"),
            " set.",
          ],
        ),
      ];
    }),
};

export const unknownCluster: Check = {
  name: "the cluster exists",
  find: ({ connections, document }) =>
    connections.flatMap(({ decision, write }) => {
      if (decision === undefined || decision.found) return [];
      const { cluster } = decision;
      const names = Object.keys(document.clusters);
      const near = nearestName(cluster, names);
      const isOfFilter = decision.by === "filterState";
      return [
        error(
          decision,
          `Unknown cluster ${cluster === "" ? '""' : cluster}`,
          [
            isOfFilter ? "The filter chose " : "tcp_proxy's own configuration names ",
            code(cluster),
            ...at(isOfFilter ? write : undefined),
            isOfFilter ? "; Envoy answers Ok to any name. " : ". ",
            "There is no such cluster, so Envoy closed the connection",
            ...at(decision),
            ". Response flag NC.",
          ],
          near === undefined
            ? [
                "Use a name that Envoy has (",
                ...names.flatMap((name, i): Part[] => [i === 0 ? "" : ", ", code(name)]),
                "), or define a cluster of this name.",
              ]
            : ["Did you mean ", code(near), "? Names must match to the letter."],
        ),
      ];
    }),
};

export const weightedIgnored: Check = {
  name: "tcp_proxy reads the filter state",
  find: ({ connections }) =>
    connections.flatMap(({ decision, write }) =>
      decision?.by !== "weightedClusters" || write === undefined
        ? []
        : [
            error(
              write,
              "weighted_clusters ignores the filter's decision",
              [
                "The filter wrote ",
                KEY,
                ...at(write),
                " in time, but this tcp_proxy has ",
                code("weighted_clusters"),
                ". With those it never reads filter state and drew ",
                code(decision.cluster),
                ...at(decision),
                ".",
              ],
              [
                "Give tcp_proxy a single ",
                code("cluster"),
                ", or leave the choice to the weights and drop the filter.",
              ],
            ),
          ],
    ),
};

export const setPropertyRouting: Check = {
  name: "routing does not go through set_property",
  find: ({ calls }) =>
    calls.flatMap((call) => {
      if (call.name !== "proxy_set_property" || call.injected) return [];
      const path = call.args[0]?.value;
      const text = path !== undefined && "bytes" in path && path.bytes && asPath(path.bytes);
      if (!text || !/cluster|route/i.test(text)) return [];
      return [
        error(
          call,
          `set_property("${text}") routes nothing`,
          [
            "Envoy answered ",
            code(call.status ?? ""),
            ...at(call),
            ", but a property that a filter sets is filter state under the key ",
            code(`wasm.${text}`),
            ". tcp_proxy reads only ",
            KEY,
            ".",
          ],
          [
            "Call the foreign function ",
            code("set_envoy_filter_state"),
            " with a protobuf message {path: ",
            KEY,
            ", value: the cluster}.",
          ],
        ),
      ];
    }),
};

const asPath = (bytes: Uint8Array) => asText(bytes.map((byte) => (byte === 0 ? 46 : byte)));

export const escaped: Check = {
  name: "every connection has a decision",
  find: ({ connections }) =>
    connections.flatMap(({ decision, write, refusedWrite, accept, callback, events: own }) => {
      if (decision === undefined || decision.by === "filterState" || write !== undefined) return [];
      // The late write is a problem of its own.
      const isLate = own.some(
        (event) => event.kind === "hostCall" && filterStateChangeOf(event)?.key === CLUSTER_KEY,
      );
      if (isLate) return [];
      const own_ = decision.by === "cluster" ? "cluster" : "weighted_clusters";
      const skipped = accept?.filter === "skipped";
      const why: readonly Part[] = skipped
        ? ["Envoy left the filter out of this connection", ...at(accept)]
        : refusedWrite !== undefined
          ? [
              "Envoy refused the filter's decision with ",
              code(refusedWrite.status ?? ""),
              ...at(refusedWrite),
            ]
          : ["The filter wrote no ", KEY, ...link(callback)];
      return [
        warning(
          decision,
          `Traffic escaped to ${decision.cluster}`,
          [
            ...why,
            ", so tcp_proxy took its own ",
            code(own_),
            ", ",
            code(decision.cluster),
            ...at(decision),
            ". No rule of the filter applied.",
          ],
          skipped
            ? ["Use ", code("FAIL_CLOSED"), " if traffic must never pass without the filter."]
            : [
                "Decide for every source. If none may pass undecided, close the connection and return StopIteration, or point tcp_proxy's own cluster where nothing listens. If this is meant, nothing needs mending.",
              ],
        ),
      ];
    }),
};

export const unreachable: Check = {
  name: "the chosen cluster accepts the connection",
  find: ({ connections }) =>
    connections.flatMap(({ connect, end }) => {
      if (connect === undefined || connect.result === "connected") return [];
      const { cluster, host, result } = connect;
      const how = {
        refused: `${host ?? "its endpoint"} refused the connection`,
        timeout: `${host ?? "its endpoint"} did not answer in time`,
        noHost: "it has no endpoint",
      }[result];
      return [
        error(
          connect,
          `Cluster ${cluster} cannot be reached`,
          [
            "tcp_proxy chose ",
            code(cluster),
            `, but ${how}`,
            ...at(connect),
            end === undefined ? "." : `. Response flags ${end.flags}.`,
          ],
          result === "noHost"
            ? ["Give the cluster an endpoint; for an Istio service, a ready pod."]
            : [
                "Check the endpoint's address and port, and that it is up. The filter did its part.",
              ],
        ),
      ];
    }),
};
