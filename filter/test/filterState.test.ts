import { describe, expect, test } from "vitest";
import { Host } from "./host.ts";

const hex = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString("hex");
const pathField = "0a17" + Buffer.from("envoy.tcp_proxy.cluster").toString("hex");

function argument(configuration: string): string {
  const host = new Host();
  expect(host.configure(configuration)).toBe(true);
  host.connect("10.0.0.42:51324");
  return hex(host.filterStates[0]);
}

describe("SetEnvoyFilterStateArguments, byte by byte", () => {
  test.each([
    [1, "01"],
    [127, "7f"],
    [128, "8001"],
    [300, "ac02"],
    [16_384, "808001"],
  ])("a name of %i bytes", (length, varint) => {
    const name = "n".repeat(length);
    expect(argument(JSON.stringify({ clusters: [name] }))).toBe(
      pathField + "12" + varint + "6e".repeat(length),
    );
  });

  test("egress1", () => {
    expect(argument("")).toBe(pathField + "1207" + "65677265737331");
  });

  // outbound|443|| + name + .default.svc.cluster.local: 40 bytes around the name.
  test.each([
    [87, "7f"],
    [88, "8001"],
    [260, "ac02"],
  ])("a name of %i bytes in mode istio", (length, varint) => {
    const name = "n".repeat(length);
    const value = Buffer.from(`outbound|443||${name}.default.svc.cluster.local`).toString("hex");
    expect(argument(JSON.stringify({ mode: "istio", clusters: [name] }))).toBe(
      pathField + "12" + varint + value,
    );
  });

  test("a name that is not ASCII is UTF-8", () => {
    expect(argument('{"clusters":["é🚀\\u20ac"]}')).toBe(pathField + "1209" + "c3a9f09f9a80e282ac");
  });

  test("the log line has a long name as it is", () => {
    const name = "n".repeat(300);
    const host = new Host();
    host.configure(JSON.stringify({ clusters: [name] }));
    host.connect("10.0.0.42:51324");
    expect(host.logs[0]?.text).toBe(`10.0.0.42:51324 -> ${name}`);
  });
});
