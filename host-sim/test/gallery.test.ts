import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { galleryCases, galleryConnections } from "../parity/cases/gallery.ts";
import { play, type PlayedConnection } from "../src/play.ts";

interface Entry {
  readonly id: string;
  readonly shows: string;
  readonly entry: string;
}
const file = new URL("../../filter/gallery/gallery.json", import.meta.url);
const gallery: readonly Entry[] = JSON.parse(readFileSync(file, "utf8"));

/** Where each connection went, or how it ended. */
const outcome = ({ cluster, end }: PlayedConnection) => cluster ?? end?.closedBy;

/** By id: a cluster, or who closed the connection; for the connections of the parity cases. */
const outcomes: Readonly<Record<string, readonly unknown[]>> = {
  minimal: ["egress2", "egress2"],
  logging: ["default", "default"],
  closing: ["default", "filter"],
  firstBytes: ["egress1", "egress2", "default"],
  trapping: ["egress1", "envoy", "envoy"],
  tooLate: ["default", "default"],
};

describe.each(galleryCases())("$name", ({ name, wasm, scenario }) => {
  const played = play(wasm, scenario);
  const id = name.split(" ")[1] ?? "";

  it("gives the outcomes that it is there for", () => {
    expect(played.accepted).toBe(true);
    expect(played.connections.map(outcome)).toEqual(outcomes[id]);
  });
});

describe("the gallery", () => {
  it("has parity cases for every filter but the first, which has its own", () => {
    const [first, ...rest] = gallery.map(({ id }) => id);
    expect(first).toBe("wasmerang");
    expect(Object.keys(galleryConnections)).toEqual(rest);
  });

  it("says in one sentence what each shows", () => {
    for (const { shows } of gallery) expect(shows).toMatch(/^[A-Z].{30,110}\.$/);
  });
});

describe("single filters of the gallery", () => {
  const played = (id: string) => {
    const found = galleryCases().find(({ name }) => name === `gallery: ${id}`);
    if (!found) throw new Error(`no case of ${id}`);
    return play(found.wasm, found.scenario).connections;
  };

  it("logging: says what happened, in order", () => {
    expect(played("logging")[0]?.logs).toEqual([
      "new connection from 10.0.0.42:51324 to 203.0.113.10:443",
      "5 bytes from the client",
      "2 bytes from the server",
      "0 bytes from the client, the last ones",
      "0 bytes from the server, the last ones",
      "upstream closed, by somebody",
      "downstream closed, by Envoy",
      "over; it was connected to 10.1.0.10:8080",
    ]);
  });

  it("firstBytes: what was held back arrives whole", () => {
    expect(new TextDecoder().decode(played("firstBytes")[1]?.toUpstream)).toBe("hello");
  });

  it("trapping: says where, and the VM is dead for the next one", () => {
    const [, odd, next] = played("trapping");
    expect(odd?.trap?.callback).toBe("proxy_on_new_connection");
    expect(odd?.logs.join()).toMatch(/^abort: Index out of range at ~lib/);
    expect(next?.calls).toEqual([]);
  });

  it("tooLate: the host answers Ok all the same", () => {
    const call = played("tooLate")[0]?.calls.find((it) => /foreign/.test(it.name));
    expect(call?.status).toBe("Ok");
  });
});
