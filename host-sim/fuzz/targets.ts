/**
 * What is fuzzed: readers of bytes and texts that come from outside. A target throws where a reader
 * does what it must not.
 */
import { readFileSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { isDeepStrictEqual } from "node:util";
import {
  formatAddress,
  hostFunctionsFor,
  inspectModule,
  parseAddress,
  parseDuration,
  readScenario,
  readScenarioText,
} from "../src/index.ts";
import { parseRange } from "../src/sweep.ts";
import { parseSetEnvoyFilterState } from "../src/envoy/foreignFunctions.ts";
import { readProto } from "../src/envoy/protoReader.ts";
import { limitMemory } from "../src/wasm/limitMemory.ts";
import { scriptedGuest } from "../parity/scripted/guest.ts";
import { guestTargets } from "./guestTargets.ts";
import { insist, textOf, texts, type Target } from "./target.ts";

/** From the source, or from its compiled form in dist/. */
const here = import.meta.url;
const root = fileURLToPath(new URL(here.includes("/dist/") ? "../../../" : "../../", here));

export const targets: readonly Target[] = [
  {
    name: "scenario",
    covers: ["/src/readScenario", "/src/scenario", "/src/jsonSyntax", "/src/duration"],
    keepLength: 30,
    words: texts(
      ...['"connections"', '"clusters"', '"source"', '"faults"', '"steps"', '{"close": "client"}'],
      ...["null", "1e999", "-0", '""', "[", "]", "{", "}", '"plugins"', '"httpReplies"', "\\u0000"],
      ...['"__proto__"', '"constructor"', "10.0.0.1:1", "unix:/x", "5ms", '"FAIL_RELOAD"'],
    ),
    seeds: async () => {
      const folder = `${root}examples/scenarios/`;
      return readdirSync(folder)
        .filter((name) => name.endsWith(".json"))
        .map((name) => new Uint8Array(readFileSync(folder + name)));
    },
    check(input) {
      const read = readScenarioText(textOf(input));
      if (!read.ok) {
        insist(read.problems.length > 0, "refused without a problem");
        for (const { path, message } of read.problems) {
          insist(path.startsWith("$"), `a path that is none: ${path}`);
          insist(message.length > 0, "a problem without words");
        }
        return;
      }
      const again = readScenario(JSON.parse(JSON.stringify(read.scenario)));
      insist(again.ok, "a scenario with its defaults is no scenario");
      insist(
        isDeepStrictEqual(again.scenario, JSON.parse(JSON.stringify(read.scenario))),
        "a scenario reads otherwise the second time",
      );
    },
  },
  {
    name: "inspector",
    covers: ["/src/inspectModule", "/src/wasmModule", "/src/wasm/", "/src/preflight/"],
    keepLength: 60,
    words: [
      ...texts("proxy_abi_version_0_2_1", "env", "memory", "malloc", "name", "_initialize"),
      Uint8Array.of(0x80, 0x80, 0x80, 0x80, 0x10),
      Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0x0f),
      ...[1, 2, 3, 5, 7, 8, 10, 11, 0].map((section) => Uint8Array.of(section, 1, 0)),
    ],
    seeds: async () => [
      new Uint8Array(readFileSync(`${root}filter/build/wasmerang.wasm`)),
      await scriptedGuest(),
      Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0),
      Uint8Array.of(0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0),
    ],
    check(input) {
      const report = inspectModule(input, hostFunctionsFor, (bytes) => {
        try {
          // What the simulator compiles: the module with its memory limited.
          new WebAssembly.Module(limitMemory(bytes).bytes as Uint8Array<ArrayBuffer>);
          return undefined;
        } catch (error) {
          if (error instanceof WebAssembly.CompileError) return error.message;
          throw error;
        }
      });
      if (report.accepted) {
        insist(
          WebAssembly.validate(input as Uint8Array<ArrayBuffer>),
          "accepted, and no valid module",
        );
      } else {
        insist((report.reason?.summary ?? "") !== "", "refused without a reason");
        insist((report.reason?.remedy ?? "") !== "", "refused without a remedy");
      }
    },
  },
  {
    name: "protobuf",
    covers: ["/src/envoy/protoReader", "/src/envoy/foreignFunctions"],
    keepLength: 40,
    words: [
      ...texts("envoy.tcp_proxy.cluster"),
      Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01),
      ...[0x0a, 0x12, 0x18, 0x0b, 0x0c, 0x0d, 0x09].map((tag) => Uint8Array.of(tag, 1)),
    ],
    seeds: async () =>
      texts("\n\x17envoy.tcp_proxy.cluster\x12\x07egress1", "\n\x01k\x12\x01v\x18\x01", ""),
    check(input) {
      const fields = readProto(input);
      const size = fields?.reduce(
        (sum, it) => sum + (it.kind === "bytes" ? it.bytes.length : 0),
        0,
      );
      insist((size ?? 0) <= input.length, "fields with more bytes than the message has");
      const set = parseSetEnvoyFilterState(input);
      insist(!set || fields !== undefined, "an argument that is no message");
    },
  },
  {
    name: "address",
    covers: ["/src/address", "/src/ip", "/src/sweep", "/src/duration"],
    keepLength: 30,
    words: texts("::", "[", "]", ":", ".", "/", "%", "unix:", "ffff", "255", "0x", "65535", "ms"),
    seeds: async () =>
      texts(
        ...["10.0.0.42:51324", "[2001:db8::2a]:443", "unix:/run/a.sock", "[::ffff:1.2.3.4]:1"],
        ...["10.0.0.0/24", "2001:db8::/120", "5ms", "[fe80::1%3]:80", "::1.2.3.4"],
      ),
    check(input) {
      const text = textOf(input);
      const address = parseAddress(text);
      if (address) {
        const printed = formatAddress(address);
        const again = parseAddress(address.kind === "pipe" ? `unix:${printed}` : printed);
        insist(again !== undefined, `${printed} is an address, but is not read as one`);
        insist(JSON.stringify(again) === JSON.stringify(address), `${printed} reads otherwise`);
      }
      const range = parseRange(text);
      if (range) {
        insist(range.size >= 1n, "a range without addresses");
        const first = range.addresses().next().value ?? "";
        insist(parseRange(first)?.size === 1n, `the first address ${first} is none`);
      }
      const duration = parseDuration(text);
      insist(duration === undefined || (Number.isFinite(duration) && duration >= 0), "a bad time");
    },
  },
  ...guestTargets,
];
