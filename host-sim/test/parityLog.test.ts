import { mkdtempSync, rmSync, writeFileSync, appendFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { AccessLog, parseEntry } from "../parity/accessLog.ts";
import { EnvoyLog, parseRecords, rejection, traceLines } from "../parity/envoyLog.ts";

/** A record as LOG_FORMAT makes it. */
const record = (thread: number, level: string, logger: string, message: string): string =>
  `\u0001${thread} ${level} ${logger} ${message}\n`;

describe("records of Envoy's log", () => {
  it("keeps thread, level, logger and message", () => {
    const text = record(7, "trace", "wasm", "[host->vm] proxy_on_log(2)");
    expect(parseRecords(text)).toEqual([
      { thread: 7, level: "trace", logger: "wasm", message: "[host->vm] proxy_on_log(2)" },
    ]);
  });

  it("keeps a message of several lines whole", () => {
    const text =
      record(7, "error", "wasm", "Function: f failed: x\nbacktrace:\n  0:  0x1 - f") +
      record(7, "info", "wasm", "wasm log: next");
    expect(parseRecords(text).map((it) => it.message)).toEqual([
      "Function: f failed: x\nbacktrace:\n  0:  0x1 - f",
      "wasm log: next",
    ]);
  });

  it("keeps empty messages and trailing newlines of the guest", () => {
    const text = record(7, "info", "wasm", "") + record(7, "info", "wasm", "wasm log: a\n");
    expect(parseRecords(text).map((it) => it.message)).toEqual(["", "wasm log: a\n"]);
  });

  it("leaves out raw lines before the first record", () => {
    const text = `wasm://wasm/db2a4f02:565: Uncaught\n${record(7, "info", "wasm", "a")}`;
    expect(parseRecords(text).map((it) => it.message)).toEqual(["a"]);
  });

  it("does not take a mark inside a line for a record", () => {
    expect(parseRecords(record(7, "info", "wasm", "a \u00018 info wasm b"))).toHaveLength(1);
  });
});

describe("lines of the trace", () => {
  const records = parseRecords(
    record(1, "trace", "wasm", "[host->vm] _initialize()") +
      record(1, "debug", "wasm", "Base Wasm created 1 now active") +
      record(2, "trace", "wasm", "[host->vm] proxy_on_tick(1)") +
      record(2, "debug", "wasm", "wasm log p: at debug") +
      record(2, "debug", "wasm", "~Wasm 2 remaining active") +
      record(2, "trace", "wasm", "wasi_unstable proc_exit") +
      record(1, "trace", "wasm", "Unable to create Wasm") +
      record(2, "info", "wasm", "wasm log p: one\ntwo") +
      record(1, "warning", "config", "not of wasm"),
  );

  it("are those of one thread, without the host's notes about its own objects", () => {
    expect(traceLines(records, (it) => it.thread === 1)).toEqual(["[host->vm] _initialize()"]);
    expect(traceLines(records, (it) => it.thread === 2)).toEqual([
      "[host->vm] proxy_on_tick(1)",
      "wasm log p: at debug",
      "wasi_unstable proc_exit",
      "wasm log p: one",
      "two",
    ]);
  });
});

describe("rejection", () => {
  it("finds why a listener was refused", () => {
    const message =
      "Filesystem config update rejected: Error adding/updating listener(s) s-1: Unable to create Wasm plugin p\n";
    const records = parseRecords(record(1, "warning", "config", message));
    expect(rejection(records, "s-1")).toBe("Unable to create Wasm plugin p");
    expect(rejection(records, "s-2")).toBeUndefined();
  });
});

describe("files", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "parity-log-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("reads the log from where it stopped", () => {
    const file = join(folder, "envoy.log");
    writeFileSync(file, record(1, "info", "wasm", "first ä"));
    const log = new EnvoyLog(file);
    expect(log.read().map((it) => it.message)).toEqual(["first ä"]);
    expect(log.read()).toEqual([]);
    appendFileSync(file, record(1, "info", "wasm", "second"));
    expect(log.read().map((it) => it.message)).toEqual(["second"]);
    log.close();
  });

  it("reads one listener's access log in the order of accept", () => {
    const file = join(folder, "access.log");
    const entry = (scenario: string, connection: number): string =>
      JSON.stringify({ scenario, connection, source: "10.0.0.1:1", flags: "-", cluster: null });
    writeFileSync(file, [entry("a", 9), entry("b", 1), entry("a", 4), ""].join("\n"));
    const log = new AccessLog(file);
    expect(log.read("a").map((it) => it.connection)).toEqual([4, 9]);
    const late = entry("a", 5);
    appendFileSync(file, late.slice(0, 20));
    expect(log.read("a")).toHaveLength(2);
    appendFileSync(file, `${late.slice(20)}\n`);
    expect(log.read("a").map((it) => it.connection)).toEqual([4, 5, 9]);
    expect(new AccessLog(join(folder, "none")).read("a")).toEqual([]);
  });
});

describe("access log entry", () => {
  it("turns null into absent", () => {
    const entry = parseEntry({
      scenario: "s",
      connection: 3,
      source: "10.0.0.1:1",
      cluster: null,
      host: "127.0.0.1:1",
      flags: "UF,URX",
      received: 5,
      sent: 0,
      closeReason: "x",
    });
    expect(entry).toMatchObject({ cluster: undefined, host: "127.0.0.1:1", flags: "UF,URX" });
    expect(entry).toMatchObject({ received: 5, sent: 0, closeReason: "x", picked: undefined });
  });
});
