import type { FlowModel } from "../../trace/flowModel.ts";
import { Hit } from "./parts.tsx";
import { RAIL, type VerticalLayout } from "./verticalLayout.ts";
import type { Box } from "./horizontalLayout.ts";

/** The areas to press, each as wide as the drawing. */
export function VerticalHits(props: {
  readonly model: FlowModel;
  readonly at: VerticalLayout;
  readonly width: number;
  readonly row: number | undefined;
}) {
  const { model, at, width, row } = props;
  const { client, listener, filter, filterState, tcpProxy, cluster, destination } =
    model.pipeline.stations;
  const height = at.listener - at.client - 4;
  const line = (y: number) => [RAIL - 12, y - height / 2, width - 28, height] as const;
  const whole = (box: Box) => [box.x, box.y, box.width, box.height] as const;
  const hits = [
    ["Client", model.source, client, client.seq, line(at.client)],
    ["Listener", model.listener.text, listener, listener.seq, line(at.listener)],
    [
      model.vm.title,
      model.vm.lines.map(({ text }) => text).join(", "),
      filter,
      model.vm.seq,
      whole(at.vm),
    ],
    [
      "Filter state",
      model.filterState.value.text,
      filterState,
      filterState.seq,
      whole(at.filterState),
    ],
    ["tcp_proxy", model.proxy.text, tcpProxy, tcpProxy.seq, line(at.proxy)],
    ["Cluster", model.pipeline.cluster ?? "", cluster, cluster.seq, line(row ?? 0)],
    ["Destination", model.destination, destination, destination.seq, line(at.destination)],
  ] as const;
  return hits.map(([name, title, { progress }, seq, box]) =>
    name === "Cluster" && row === undefined ? undefined : (
      <Hit key={name} name={name} title={title} progress={progress} seq={seq} box={box} />
    ),
  );
}
