/** The scenario of a page that was opened without a link: an even source and an odd one. */
import type { ScenarioDocument } from "wasmerang";
import { writeSimpleSteps } from "./simpleSteps.ts";

type Connection = ScenarioDocument["connections"][number];

const DESTINATION = "203.0.113.10:443";

/** A connection that sends, gets an answer, and is closed by its client. */
export function newConnection(id: string, source: string): Connection {
  return {
    id,
    source,
    destination: DESTINATION,
    steps: writeSimpleSteps({ sends: 517, gets: 1460, closedBy: "client" }),
  };
}

export const defaultScenario: ScenarioDocument = {
  plugin: { configuration: "standalone", failurePolicy: "FAIL_CLOSED", logLevel: "info" },
  tcpProxy: { cluster: "default" },
  clusters: {
    egress1: { endpoints: ["10.1.0.11:8080"] },
    egress2: { endpoints: ["10.1.0.12:8080"] },
    default: { endpoints: ["10.1.0.10:8080"] },
  },
  connections: [newConnection("a", "10.0.0.42:51324"), newConnection("b", "10.0.0.43:51325")],
};
