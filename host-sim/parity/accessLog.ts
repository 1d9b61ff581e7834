/** Envoy's access log, one JSON object a line, in the form that envoyConfig.ts asks for. */
import { existsSync, readFileSync } from "node:fs";

export interface AccessLogEntry {
  /** Key of the listener. */
  readonly scenario: string;
  /** Envoy's number of the connection: grows with every accept. */
  readonly connection: number;
  readonly source: string;
  readonly cluster: string | undefined;
  readonly host: string | undefined;
  readonly flags: string;
  readonly received: number;
  readonly sent: number;
  readonly closeType: string | undefined;
  readonly closeReason: string | undefined;
  /** The last cluster that was set as filter state; not always the one that was used. */
  readonly picked: string | undefined;
}

/** The entries of one listener, in the order in which the connections were accepted. */
export function readAccessLog(file: string, scenario: string): readonly AccessLogEntry[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line.includes(`"${scenario}"`))
    .map((line) => parseEntry(JSON.parse(line) as Record<string, unknown>))
    .filter((entry) => entry.scenario === scenario)
    .sort((a, b) => a.connection - b.connection);
}

/** Envoy writes null for what a connection has not. */
export function parseEntry(json: Readonly<Record<string, unknown>>): AccessLogEntry {
  const text = (name: string): string | undefined => {
    const value = json[name];
    return value === null || value === undefined ? undefined : String(value);
  };
  return {
    scenario: text("scenario") ?? "",
    connection: Number(json["connection"]),
    source: text("source") ?? "",
    cluster: text("cluster"),
    host: text("host"),
    flags: text("flags") ?? "-",
    received: Number(json["received"]),
    sent: Number(json["sent"]),
    closeType: text("closeType"),
    closeReason: text("closeReason"),
    picked: text("picked"),
  };
}
