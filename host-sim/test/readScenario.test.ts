import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findJsonError } from "../src/jsonSyntax.ts";
import { readScenario, readScenarioText } from "../src/readScenario.ts";
import type { Scenario } from "../src/scenario.ts";

const connection = { source: "10.0.0.42:51324", destination: "203.0.113.10:443" };
const clusters = { egress1: { endpoints: ["10.1.0.11:8080"] } };
const minimal = { clusters, connections: [connection] };

function accepted(value: unknown): Scenario {
  const result = readScenario(value);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.scenario;
}

/** `path message` of every problem. */
function problems(value: unknown): readonly string[] {
  const result = readScenario(value);
  return result.ok ? [] : result.problems.map((it) => `${it.path} ${it.message}`);
}

describe("a scenario that is fine", () => {
  it("gets every default of the contract", () => {
    expect(accepted(minimal)).toEqual({
      schema: 1,
      name: "",
      envoy: "1.40",
      seed: 1,
      startTime: "2026-01-01T00:00:00Z",
      plugin: {
        name: "wasmerang",
        rootId: "",
        vmId: "",
        vmConfiguration: "",
        environment: {},
        failurePolicy: "FAIL_CLOSED",
        reloadBackoff: "1s",
        allowedCapabilities: [],
        logLevel: "info",
      },
      listener: { address: "0.0.0.0:15001", name: "outbound", direction: "UNSPECIFIED" },
      tcpProxy: { cluster: "default", maxConnectAttempts: 1 },
      clusters: {
        egress1: {
          endpoints: ["10.1.0.11:8080"],
          connect: "accept",
          connectTimeout: "5s",
          echo: false,
        },
      },
      connections: [{ ...connection, id: "1", at: "0ms", steps: [] }],
      faults: [],
    });
  });

  it("numbers connections without an id by position, around the ids that are given", () => {
    const ids = (...given: (string | undefined)[]) =>
      accepted({
        clusters,
        connections: given.map((id) => (id === undefined ? connection : { ...connection, id })),
      }).connections.map((it) => it.id);
    expect(ids(undefined, "a", undefined)).toEqual(["1", "a", "3"]);
    expect(ids("2", undefined, undefined)).toEqual(["2", "2-2", "3"]);
  });

  it("may use every field", () => {
    const full = {
      ...minimal,
      $schema: "scenario.schema.json",
      plugin: { configuration: { struct: { mode: "istio" } }, environment: { A: "b" } },
      tcpProxy: { weightedClusters: [{ name: "a", weight: 90 }] },
      connections: [
        {
          ...connection,
          destination: "unix:/run/x.sock",
          steps: [
            { downstream: "hello" },
            { after: "5ms", upstream: { base64: "aGk=" } },
            { close: "client" },
            { upstream: "bye" },
            { close: "server" },
          ],
          expect: { cluster: null, flags: "-", trap: false },
        },
      ],
      faults: [
        { call: "proxy_get_property", status: "NotFound" },
        { call: "fd_write", trap: true },
        { call: "proxy_on_new_connection", nth: 2, return: 1 },
      ],
      expect: { plugin: "accepted" },
    };
    expect(problems(full)).toEqual([]);
    expect(accepted(full).faults[0]).toEqual({
      call: "proxy_get_property",
      nth: 1,
      status: "NotFound",
    });
  });
});

describe("a scenario that is wrong", () => {
  it.each<[string, unknown, readonly string[]]>([
    ["no object", [], ["$ must be an object, not a list"]],
    ["nothing", null, ["$ must be an object, not null"]],
    [
      "what is required",
      {},
      [
        '$.clusters is required. Example: {"egress1": {"endpoints": ["10.1.0.11:8080"]}}',
        '$.connections is required. Example: [{"source": "10.0.0.42:51324", "destination": "203.0.113.10:443"}]',
      ],
    ],
    [
      "a list for an object",
      { ...minimal, plugin: [], clusters: [] },
      [
        "$.plugin must be an object, not a list",
        '$.clusters must be an object: {"egress1": {"endpoints": [...]}}, not a list',
      ],
    ],
    [
      "wrong types",
      { ...minimal, seed: "1", name: 3, faults: {} },
      [
        "$.name must be a text, not a number",
        "$.seed must be a number, not a text",
        "$.faults must be a list of faults, not an object",
      ],
    ],
    [
      "numbers out of range, once",
      { ...minimal, seed: -1.5 },
      ["$.seed must be a whole number from 0 to 4294967295"],
    ],
    [
      "a bad address",
      { clusters, connections: [{ source: "10.0.0.300:1", destination: "example.org:80" }] },
      [
        "$.connections[0].source not an IP address and port. Example: 10.0.0.42:51324, [2001:db8::2a]:443 or unix:/run/x.sock",
        "$.connections[0].destination not an IP address and port. Example: 10.0.0.42:51324, [2001:db8::2a]:443 or unix:/run/x.sock",
      ],
    ],
    [
      "every unknown field",
      { ...minimal, conections: [], clusers: {}, zzz: 1 },
      [
        '$.conections unknown field; did you mean "connections"?',
        '$.clusers unknown field; did you mean "clusters"?',
        "$.zzz unknown field; possible here: schema, name, envoy, seed, startTime, plugin, plugins, listener, tcpProxy, clusters, httpReplies, grpcReplies, dns, connections, expect, faults",
      ],
    ],
    [
      "reserved names",
      {
        ...minimal,
        listener: { proxyProtocol: true },
      },
      ["$.listener.proxyProtocol not supported yet"],
    ],
    [
      "replies that are none",
      {
        ...minimal,
        httpReplies: {
          egress1: [{ status: 100, failure: "never" }, { headers: { a: "b" } }],
          "a b": [],
        },
        dns: { "a.example": ["10.0.0.300"] },
      },
      [
        "$.httpReplies.egress1[0].status must be a whole number from 200 to 599",
        "$.httpReplies.egress1[0].failure must be one of reset, silence, cutOff",
        '$.httpReplies.egress1[1].headers must be a list of {"name": "...", "value": "..."}, not an object',
        '$.httpReplies["a b"] must hold at least one reply',
        '$.dns["a.example"][0] not an IP address. Example: 10.0.0.1',
      ],
    ],
    [
      "replies that HTTP cannot say",
      {
        ...minimal,
        httpReplies: {
          egress1: [
            { headers: [{ name: "Content-Length", value: "9" }] },
            { status: 204, body: "x" },
          ],
          "no such": [{}],
        },
      },
      [
        "$.httpReplies.egress1[0].headers leave out Content-Length: it is added",
        "$.httpReplies.egress1[1] a reply with status 204 has no body",
        '$.httpReplies["no such"] there is no such cluster',
      ],
    ],
    [
      "gRPC replies that are none",
      {
        ...minimal,
        grpcReplies: {
          egress1: [
            { grpcStatus: 17, when: "now" },
            { trailersOnly: true, messages: ["x"] },
          ],
        },
      },
      [
        "$.grpcReplies.egress1[0].when must be one of start, eachMessage, end",
        "$.grpcReplies.egress1[0].grpcStatus must be a whole number from 0 to 16",
        "$.grpcReplies.egress1[1] trailersOnly leaves no place for initialMetadata and messages",
      ],
    ],
    [
      "gRPC replies of a cluster that does not speak it",
      { ...minimal, httpReplies: { egress1: [{}] }, grpcReplies: { egress1: [{}], other: [{}] } },
      [
        "$.grpcReplies.egress1 the cluster has httpReplies; it answers one or the other",
        "$.grpcReplies.other there is no such cluster",
      ],
    ],
    [
      "an empty list of plugins",
      { ...minimal, plugins: [] },
      ["$.plugins must hold at least one plugin"],
    ],
    [
      "plugin beside plugins",
      { ...minimal, plugin: {}, plugins: [{}] },
      ["$.plugins give plugin or plugins, not both"],
    ],
    [
      "both or none of cluster and weightedClusters",
      { ...minimal, tcpProxy: {} },
      ["$.tcpProxy needs exactly one of cluster and weightedClusters"],
    ],
    [
      "names that no object can hold",
      { ...minimal, clusters: { constructor: { endpoints: [] }, "": { endpoints: [] } } },
      ["$.clusters.constructor this name cannot be used; choose another"],
    ],
    [
      "an empty cluster name",
      { ...minimal, clusters: { "": { endpoints: [] } } },
      ['$.clusters[""] a cluster\'s name must not be empty'],
    ],
    [
      "another version",
      { ...minimal, schema: 2, envoy: "1.30" },
      ["$.schema this version reads schema 1", "$.envoy only Envoy 1.40 is modelled"],
    ],
  ])("is told of %s", (_, value, expected) => {
    expect(problems(value)).toEqual(expected);
  });

  it.each<[string, unknown, readonly string[]]>([
    ["a slip", { downstrem: "x" }, ['.downstrem unknown field; did you mean "downstream"?']],
    ["wrong bytes", { downstream: { base64: "x" } }, [".downstream.base64 not base64"]],
    [
      "bytes of a wrong type",
      { upstream: 3 },
      ['.upstream must be a text (sent as UTF-8) or {"base64": "..."}, not a number'],
    ],
    ["a wrong delay", { after: 5, close: "client" }, [".after must be a text, not a number"]],
    ["an impossible delay", { after: "5 ms", close: "client" }, [".after not a duration"]],
    [
      "a wrong end",
      { close: "me" },
      [".close must be one of client, server, clientReset, serverReset"],
    ],
    ["two at once", { downstream: "x", upstream: "y" }, [' must be {"downstream"']],
    ["none", { after: "5ms" }, [' must be {"downstream"']],
    ["a text", "hello", [", not a text"]],
  ])("a step: %s", (_, step, expected) => {
    const found = problems({ clusters, connections: [{ ...connection, steps: [step] }] });
    for (const text of expected) expect(found.join("\n")).toContain(text);
    for (const line of found) expect(line).toMatch(/^\$\.connections\[0\]\.steps\[0\]/);
  });

  it("has two connections of one id", () => {
    const twice = { ...connection, id: "a" };
    expect(problems({ clusters, connections: [twice, connection, twice] })).toEqual([
      '$.connections[2].id "a" is already the id of $.connections[0]; choose another',
    ]);
  });

  it("lets a side act after it has closed", () => {
    const steps = [
      { close: "client" },
      { upstream: "still fine" },
      { downstream: "late" },
      { close: "serverReset" },
      { upstream: "late" },
    ];
    expect(problems({ clusters, connections: [{ ...connection, steps }] })).toEqual([
      "$.connections[0].steps[2] the client has closed in steps[0]; remove this step, or move it before",
      "$.connections[0].steps[4] the server has closed in steps[3]; remove this step, or move it before",
    ]);
  });

  it.each<[unknown, string]>([
    [
      { call: "get_property", status: "Ok" },
      '.call no host call or callback has this name; did you mean "proxy_get_property"?',
    ],
    [{ call: "env.proxy_log", status: "Ok" }, 'did you mean "proxy_log"?'],
    [{ call: "proxy_on_newconnection", trap: true }, 'did you mean "proxy_on_new_connection"?'],
    [
      { call: "proxy_on_new_connection", status: "Ok" },
      '.status proxy_on_new_connection is a callback: give "return" or "trap"',
    ],
    [{ call: "proxy_log", return: 1 }, '.return proxy_log is a host call: give "status"'],
    [{ call: "proxy_on_log", return: 1 }, ".return proxy_on_log returns nothing"],
    [{ call: "proxy_log" }, " needs exactly one of status, value, return and trap"],
    [{ call: "proxy_log", status: "OK" }, ".status must be one of Ok, NotFound"],
    [{ call: "proxy_log", trap: false }, ".trap must be true"],
    [{ call: "proxy_log", trap: true, nth: 0 }, ".nth must be a whole number from 1"],
  ])("a fault: %j", (fault, expected) => {
    const found = problems({ ...minimal, faults: [fault] });
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(`$.faults[0]`);
    expect(found[0]).toContain(expected);
  });

  it("never throws", () => {
    fc.assert(
      fc.property(fc.json(), fc.jsonValue(), (text, value) => {
        readScenarioText(text);
        readScenario(value);
        readScenario({ ...minimal, connections: value, plugin: value, faults: [value] });
      }),
      { numRuns: 500 },
    );
  });
});

describe("the text of a scenario", () => {
  it("is read, with a byte order mark too", () => {
    expect(readScenarioText(`\uFEFF${JSON.stringify(minimal)}`).ok).toBe(true);
  });

  it.each<[string, string]>([
    ["", "line 1, column 1: a value is expected here, but the text ends"],
    ['{\n  "a": 1,\n}', 'line 2, column 9: no "," may stand before "}"'],
    ['{"a" 1}', 'line 1, column 6: ":" is expected after a field name'],
    ["{a: 1}", 'line 1, column 2: a field name in double quotes (") is expected here'],
    ["{\"a\": 'x'}", 'line 1, column 7: texts are written in double quotes (")'],
    ['{"a": 1 "b": 2}', 'line 1, column 9: "," or "}" is expected here'],
    ['{"a": [1, 2}', 'line 1, column 12: "," or "]" is expected here'],
    ['{"a": 1, "a": 2}', 'line 1, column 10: the field "a" occurs twice'],
    ['{"a": "x\ny"}', 'line 1, column 9: a text must end with " on its line'],
    ['{"a": "\\x"}', "line 1, column 8: unknown escape in a text"],
    ['{"a": "x', 'line 1, column 9: a text must end with ", but the text ends'],
    ["// hello\n{}", "line 1, column 1: JSON has no comments"],
    ["{} {}", "line 1, column 4: nothing may follow the document"],
    ["[".repeat(600), "line 1, column 502: nested deeper than 500 levels"],
  ])("is no JSON: %j", (text, message) => {
    expect(readScenarioText(text)).toEqual({
      ok: false,
      problems: [{ path: "$", message: `not JSON: ${message}` }],
    });
  });

  it("is judged as the engine judges it", () => {
    const broken = fc
      .tuple(fc.json(), fc.nat(), fc.constantFrom("", ",", "]", '"', "\\", "1", "\n"))
      .map(([text, at, insert]) => {
        const place = at % (text.length + 1);
        return text.slice(0, place) + insert + text.slice(place + 1);
      });
    fc.assert(
      fc.property(broken, (text) => {
        const error = findJsonError(text);
        if (error?.message.includes("occurs twice")) return;
        let parses = true;
        try {
          JSON.parse(text);
        } catch {
          parses = false;
        }
        expect(error === undefined).toBe(parses);
      }),
      { numRuns: 2000 },
    );
  });
});
