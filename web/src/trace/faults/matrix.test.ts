import type { ConnectionOutcome, FaultResult } from "wasmerang";
import { describe, expect, it } from "vitest";
import { columnOf, countSeverities, matrixOf, severityOf } from "./matrix.ts";

function result(
  what: string,
  outcome: ConnectionOutcome,
  more: Partial<FaultResult> & { readonly seq?: number; readonly own?: boolean } = {},
): FaultResult {
  const { seq = 7, own = true, ...rest } = more;
  const kind = what === "trap" ? "trap" : /^[A-Z]/.test(what) ? "status" : "value";
  return {
    case: {
      fault: { call: "proxy_get_property", nth: 1 },
      kind,
      what,
      seq,
      connection: own ? "a" : undefined,
      subject: "source.address",
      asIf: undefined,
    },
    connections: [
      { id: "a", outcome },
      { id: "b", outcome: "same" },
    ],
    trapped: false,
    vmLost: false,
    envoyLost: undefined,
    later: { FAIL_CLOSED: ["same", "same"] },
    ...rest,
  };
}

describe("the severity of a fault", () => {
  it("is what became of the connection that is looked at", () => {
    expect(severityOf(result("NotFound", "closed"), "a")).toBe("closed");
    expect(severityOf(result("NotFound", "closed"), "b")).toBe("same");
  });

  it("is that of later connections where this one is as before", () => {
    const lasting = result("trap", "same", { later: { FAIL_CLOSED: ["same", "closed"] } });
    expect(severityOf(lasting, "a")).toBe("later");
  });

  it("is worst for a lost Envoy, then for a trap of the guest's own", () => {
    expect(severityOf(result("x", "default", { trapped: true }), "a")).toBe("trapped");
    const lost = result("x", "gone", { trapped: true, envoyLost: "it hangs" });
    expect(severityOf(lost, "a")).toBe("envoyLost");
  });
});

describe("the table", () => {
  it("tells broken values from whole other ones", () => {
    expect(columnOf(result('"10.0.0.3:1"', "same").case)).toBe("other");
    expect(columnOf(result("port 0", "same").case)).toBe("other");
    expect(columnOf(result("no bytes", "same").case)).toBe("malformed");
    expect(columnOf(result("Empty", "same").case)).toBe("status");
  });

  it("has a row for each call in order, and the worst fault in each cell", () => {
    const rows = matrixOf(
      [
        result("NotFound", "same", { seq: 9 }),
        result("NotFound", "same"),
        result("Empty", "default"),
        result("trap", "closed", { seq: 3, own: false }),
      ],
      "a",
    );
    expect(rows.map(({ seq, isPlugins }) => [seq, isPlugins])).toEqual([
      [3, true],
      [7, false],
      [9, false],
    ]);
    expect(rows[1]?.cells.get("status")).toMatchObject({ severity: "default" });
    expect(rows[1]?.cells.get("status")?.results).toHaveLength(2);
    expect(rows[1]?.cells.has("trap")).toBe(false);
  });

  it("is counted worst first", () => {
    const all = [result("A", "same"), result("B", "default"), result("C", "same")];
    expect(countSeverities(all, "a")).toEqual([
      { severity: "default", count: 1 },
      { severity: "same", count: 2 },
    ]);
  });
});
