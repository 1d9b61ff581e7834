/** The readers inside the filter: of its configuration, and of the source address. */
import { encodeBase64 } from "../src/bytes.ts";
import { parseAddress, type ScenarioDocument } from "../src/index.ts";
import { parseIp } from "../src/ip.ts";
import { play } from "../src/play.ts";
import { releaseFilter } from "../parity/cases/filter.ts";
import { insist, textOf, texts, type Target } from "./target.ts";

const clusters = { default: { endpoints: ["10.1.0.1:80"] } };
const connection = { source: "10.0.0.42:1", destination: "203.0.113.10:443" };

/** A message without what differs from input to input: one for each way through the reader. */
const shapeOf = (message: string): string =>
  message.replaceAll(/\d+/g, "0").replaceAll(/"[^"]*"/g, '""');

function playWith(document: Partial<ScenarioDocument>) {
  const played = play(releaseFilter(), { clusters, connections: [connection], ...document });
  insist(
    played.connections.every(({ trap }) => trap === undefined),
    "the filter trapped",
  );
  return played;
}

export const guestTargets: readonly Target[] = [
  {
    name: "configuration",
    covers: [],
    keepLength: 30,
    words: texts(
      ...['"mode"', '"istio"', '"clusters"', '"routes"', '"source"', '"cluster"', '"ports"'],
      ...['"namespace"', '"onUndecided"', '"close"', "[]", "{}", "10.0.0.0/8", "::/0", "\\u00e9"],
      ...["null", "1e9", "-1", "true", "\x0a\x04mode", "\x12\x07\x1a\x05istio"],
    ),
    seeds: () =>
      Promise.resolve(
        texts(
          ...["", "standalone", "istio", '{"mode": "istio", "namespace": "a", "ports": {"1": 2}}'],
          '{"clusters": ["a", "b"], "routes": [{"source": "10.1.0.0/16", "cluster": "c"}]}',
          '{"onUndecided": "close"}',
          "\x0a\x0f\x0a\x04mode\x12\x07\x1a\x05istio",
        ),
      ),
    check(input) {
      const { accepted, logs } = playWith({
        plugin: { configuration: { bytes: encodeBase64(input) } },
      });
      const refusal = logs.find((line) => line.startsWith("configuration refused: "));
      insist(accepted === (refusal === undefined), "accepted, or refused without a reason");
      if (!accepted) return shapeOf(refusal ?? "");
      const text = textOf(input).trim();
      // What is read as JSON is JSON; a Struct begins with its tag, which is white space in text.
      if (text.startsWith("{") && input[0] !== 0x0a) JSON.parse(text);
      return "accepted";
    },
  },
  {
    name: "guest-address",
    covers: ["/src/address", "/src/ip"],
    keepLength: 30,
    words: texts("::", "[", "]", ":", ".", "%", "ffff", "255", "256", "0x", "65535", "65536", "00"),
    seeds: () =>
      Promise.resolve(
        texts(
          ...["10.0.0.42:51324", "[2001:db8::2a]:443", "[::ffff:1.2.3.5]:1", "/run/a.sock"],
          ...["10.0.0.43", "::1", "[::1.2.3.4]:9", "1.2.3.4:0"],
        ),
      ),
    /** Guest and host agree on what is an address, and on its last byte. */
    check(input) {
      const text = textOf(input);
      const address = parseAddress(text);
      const { connections } = playWith({
        faults: [{ call: "proxy_get_property", nth: 1, value: { base64: encodeBase64(input) } }],
      });
      const decision = connections[0]?.decision;
      const decided = decision?.by === "filterState" ? decision.cluster : undefined;
      if (address?.kind !== "ip") return decided === undefined ? "none" : "without a port";
      // Envoy reads such a port, but prints none: the guest never sees it, and need not take it.
      if (/:0\d+$/.test(text)) return "a port with zeros before it";
      const isOdd = (parseIp(address.ip)?.bytes.at(-1) ?? 0) % 2 === 1;
      insist(decided === (isOdd ? "egress2" : "egress1"), `${text} goes to ${decided}`);
      return decided;
    },
  },
];
