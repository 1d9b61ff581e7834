// What must be true of examples/docker once it is up, asked through `docker compose` only.
import { spawnSync } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { normalise } from "../guide.mjs";
import { askSimulator } from "./askSimulator.mjs";

/**
 * @typedef {(name: string, expected: unknown, actual: unknown) => void} Check
 * @typedef {object} Shape
 * @property {readonly string[]} files the Compose files
 * @property {string} proxyOfEven service whose log tells of client-even
 * @property {string} proxyOfOdd
 * @property {Readonly<Record<"client-even" | "client-odd", readonly [string, string]>>} clients addresses
 * @property {(client: string) => string} via the peer that a router sees
 */

/** @type {Shape} */
export const gateway = {
  files: ["compose.yaml"],
  proxyOfEven: "proxy",
  proxyOfOdd: "proxy",
  clients: { "client-even": ["10.77.0.2", "[fd77::2]"], "client-odd": ["10.77.0.3", "[fd77::3]"] },
  via: () => "10.77.0.10",
};
/** @type {Shape} */
export const sidecar = {
  files: ["compose.yaml", "sidecar.yaml"],
  proxyOfEven: "sidecar-even",
  proxyOfOdd: "sidecar-odd",
  clients: {
    "client-even": ["10.77.0.12", "[fd77::12]"],
    "client-odd": ["10.77.0.13", "[fd77::13]"],
  },
  via: (client) => (client === "client-even" ? "10.77.0.12" : "10.77.0.13"),
};

const destinations = {
  destination1: ["203.0.113.10", "[2001:db8::10]"],
  destination2: ["203.0.113.20", "[2001:db8::20]"],
};
const routes = {
  "client-even": {
    router: "egress1",
    seen: ["203.0.113.21", "2001:db8::21"],
    at: "10.77.0.21:8080",
  },
  "client-odd": {
    router: "egress2",
    seen: ["203.0.113.22", "2001:db8::22"],
    at: "10.77.0.22:8080",
  },
};

/** @param {string} folder @param {readonly string[]} files */
export function composeIn(folder, files) {
  const chosen = files.flatMap((file) => ["-f", file]);
  /** @param {readonly string[]} args */
  return (...args) => {
    const ran = spawnSync("docker", ["compose", ...chosen, ...args], {
      cwd: folder,
      encoding: "utf8",
      timeout: 180_000,
    });
    return { status: ran.status, out: ran.stdout ?? "", err: ran.stderr ?? "" };
  };
}
/** @typedef {ReturnType<typeof composeIn>} Compose */

/**
 * Each client to each destination, by IPv4 and IPv6: the route, and what the logs of proxy and router
 * say about it, line for line. The routers know only what the PROXY protocol header told them.
 * @param {Compose} compose @param {Shape} shape @param {Check} check
 */
export async function checkRoutes(compose, shape, check) {
  /** @type {Record<string, string[]>} */
  const expected = { egress1: [], egress2: [], [shape.proxyOfEven]: [], [shape.proxyOfOdd]: [] };
  for (const [client, { router, seen, at }] of Object.entries(routes)) {
    const proxy = client === "client-even" ? shape.proxyOfEven : shape.proxyOfOdd;
    for (const [name, addresses] of Object.entries(destinations)) {
      for (const [family, address] of addresses.entries()) {
        const url = `http://${address}/`;
        const { out } = compose("exec", "-T", client, "curl", "-s", "--max-time", "5", url);
        check(`${client} to ${url} by ${router}`, `${name} saw ${seen[family]}\n`, out);
        const source = shape.clients[/** @type {"client-even"} */ (client)][family];
        const ends = `source=${source}:PORT destination=${address}:80`;
        expected[proxy]?.push(
          `proxy ${ends} picked=${router} cluster=${router} upstream=${at} flags=-`,
        );
        expected[router]?.push(
          `${router} source=${source}:PORT via=${shape.via(client)} destination=${address}:80 tlv=wasmerang upstream=${address}:80 flags=-`,
        );
      }
    }
  }
  for (const [service, lines] of Object.entries(expected)) {
    check(`access log of ${service}`, lines, await accessLog(compose, service, lines.length));
  }
}

/** The lines of an access log, once there are as many as expected.
 * @param {Compose} compose @param {string} service @param {number} count */
async function accessLog(compose, service, count, pattern = / source=.* flags=/) {
  for (let tries = 0; ; tries++) {
    const { out } = compose("logs", "--no-log-prefix", service);
    const lines = normalise(out.replaceAll(/\x1b\[\d*K/g, "")).split("\n");
    const found = lines.filter((line) => pattern.test(line));
    if (found.length >= count || tries === 20) return found;
    await sleep(100);
  }
}

/** A version 2 header: 10.77.0.2:12345 to the given address, port 80, for printf. */
const header = (/** @type {string} */ hexOfDestination) =>
  String.raw`\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c\x0a\x4d\0\x02${hexOfDestination}\x30\x39\0\x50`;
const allowed = header(String.raw`\xcb\0\x71\x0a`);
const forbidden = header(String.raw`\x0a\x4d\0\x16`); // 10.77.0.22, which a router can reach
const version1 = String.raw`PROXY TCP4 10.77.0.2 203.0.113.10 12345 80\r\n`;

/**
 * Whom the routers believe, and what they refuse; run in the gateway's shape.
 * @param {Compose} compose @param {Check} check
 */
export async function checkRefusals(compose, check) {
  /** What comes back for a header with a request behind it.
   * @param {string} from @param {string} to @param {string} text */
  const send = (from, to, text) => {
    const script = `exec 3<>/dev/tcp/${to} && printf '${text}GET / HTTP/1.1\\r\\nHost: x\\r\\nConnection: close\\r\\n\\r\\n' >&3 && timeout 2 cat <&3 | tail -n 1`;
    return compose("exec", "-T", from, "timeout", "3", "bash", "-c", script).out;
  };
  const router = "10.77.0.21/8080";
  check("a router believes nobody else", "", send("client-even", router, allowed));
  check("a router wants a header", "", send("gateway", router, ""));
  check("a router wants version 2", "", send("gateway", router, version1));
  check("a router goes nowhere else", "", send("gateway", router, forbidden));
  check(
    "a router believes the proxy",
    "destination1 saw 203.0.113.21\n",
    send("gateway", router, allowed),
  );
  check(
    "the router tried nothing of what it refused",
    [
      "egress1 source=10.77.0.2:12345 via=10.77.0.10 destination=203.0.113.10:80 tlv=- upstream=203.0.113.10:80 flags=-",
    ],
    await accessLog(compose, "egress1", 1, /10\.77\.0\.2:12345|flags=[^-]/),
  );
  const undecided = ["--abstract-unix-socket", "outbound", "http://203.0.113.10/"];
  const { out } = compose("exec", "-T", "gateway", "curl", "-s", "--max-time", "3", ...undecided);
  check("what is not decided does not get out", "", out);
  check(
    "access log of what is not decided",
    ["proxy source=@outbound destination=@outbound picked=- cluster=none upstream=- flags=UH"],
    await accessLog(compose, "proxy", 1, /source=@outbound/),
  );
  check("no loop for who talks to the listener", "", send("client-even", "10.77.0.10/15001", ""));
}

/**
 * Asks from many source addresses and compares with the simulator. Answers how many were asked.
 * @param {Compose} compose @param {Uint8Array} wasm @param {Check} check
 */
export function checkAgainstSimulator(compose, wasm, check) {
  const range = (/** @type {number} */ from, /** @type {number} */ count) =>
    Array.from({ length: count }, (_, index) => from + index);
  const sources = [
    ...range(64, 32).map((n) => `10.77.0.${n}`),
    ...range(0x40, 16).map((n) => `fd77::${n.toString(16)}`),
  ];
  const script = `for a; do case $a in
    *:*) ip addr add $a/64 dev eth0 nodad; to='[2001:db8::10]';;
    *) ip addr add $a/24 dev eth0; to=203.0.113.10;;
  esac; echo "$a $(curl -s --max-time 5 --interface $a http://$to/)"; done`;
  const { out } = compose("exec", "-T", "client-even", "bash", "-c", script, "_", ...sources);
  const decided = askSimulator(wasm, "standalone", sources, "203.0.113.10:80");
  const said = sources.map((address, index) => {
    const network = address.includes(":") ? "2001:db8::" : "203.0.113.";
    const last = { egress1: "21", egress2: "22" }[String(decided[index])];
    return `${address} destination1 saw ${network}${last}`;
  });
  check(`${sources.length} source addresses as in the simulator`, said, out.trim().split("\n"));
  return sources.length;
}

/**
 * What an engine was told about each container: nothing may be written, no capability but the ones
 * for routes, and Envoy is not root.
 * @param {Compose} compose @param {Check} check
 */
export function checkHardening(compose, check) {
  const ids = compose("ps", "--quiet").out.trim().split("\n");
  const { stdout } = spawnSync("docker", ["inspect", ...ids], { encoding: "utf8" });
  for (const { Name: name, Config: config, HostConfig: host } of JSON.parse(stdout)) {
    const isEnvoy = config.Image === "envoyproxy/envoy:v1.40.0";
    check(
      `${name.slice(1)} is hardened`,
      [true, "ALL", isEnvoy ? "" : "NET_ADMIN,NET_RAW", isEnvoy ? "101:101" : ""],
      [host.ReadonlyRootfs, String(host.CapDrop), String(host.CapAdd ?? ""), config.User],
    );
  }
}
