/** How long a connection may last: max_downstream_connection_duration of tcp_proxy. */
import { PeerType } from "./abi.ts";
import type { Connection } from "./connection.ts";
import { parseDuration } from "./duration.ts";
import { CloseReason } from "./envoy/tcpProxy.ts";
import type { Process } from "./process.ts";

/**
 * Counts from now, when the filters before tcp_proxy have let the connection through
 * (Envoy tcp_proxy.cc, onNewConnection and onMaxDownstreamConnectionDuration).
 */
export function startDurationTimer(process: Process, connection: Connection): void {
  const { loop, scenario, tcpCounters } = process;
  const { maxConnectionDuration } = scenario.tcpProxy;
  if (maxConnectionDuration === undefined) return;
  loop.at(loop.now + (parseDuration(maxConnectionDuration) ?? 0), () => {
    if (!connection.isOpen) return;
    connection.addFlag("DT");
    tcpCounters.count("max_downstream_connection_duration", 1);
    const note = `the connection has lasted tcp_proxy's maximum of ${maxConnectionDuration}`;
    connection.close(PeerType.Local, "envoy", CloseReason.maxDuration, note);
  });
}
