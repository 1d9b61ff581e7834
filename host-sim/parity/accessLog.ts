/** Envoy's access log, one JSON object a line, in the form that envoyConfig.ts asks for. */
import { closeSync, existsSync, fstatSync, openSync, readSync } from "node:fs";

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

/** The access log's file, read from where the last reading ended. */
export class AccessLog {
  readonly #path: string;
  #offset = 0;
  #rest = "";
  #entries: AccessLogEntry[] = [];

  constructor(path: string) {
    this.#path = path;
  }

  /** The entries of one listener, in the order in which the connections were accepted. */
  read(scenario: string): readonly AccessLogEntry[] {
    const lines = (this.#rest + this.#readFile()).split("\n");
    this.#rest = lines.pop() ?? "";
    for (const line of lines) {
      this.#entries.push(
        parseEntry(JSON.parse(Buffer.from(line, "latin1").toString()) as Record<string, unknown>),
      );
    }
    // Scenarios are played one after the other: what belongs to others has been read.
    this.#entries = this.#entries.filter((entry) => entry.scenario === scenario);
    return [...this.#entries].sort((a, b) => a.connection - b.connection);
  }

  #readFile(): string {
    if (!existsSync(this.#path)) return "";
    const file = openSync(this.#path, "r");
    const bytes = Buffer.alloc(fstatSync(file).size - this.#offset);
    const count = readSync(file, bytes, 0, bytes.length, this.#offset);
    closeSync(file);
    this.#offset += count;
    // One byte a character, so that a character that is cut in two is put together again.
    return bytes.toString("latin1", 0, count);
  }
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
