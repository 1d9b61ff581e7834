// The network of the example, in namespaces: pods, their gateway, and what kube-proxy and istio-init
// would set up. Everything is inside the caller's own network namespace and ends with it.
import { execFileSync } from "node:child_process";

/** @typedef {{ name: string, address: string, more?: readonly string[] }} Pod */

const bridge = "10.244.0.1";
const serviceBridge = "10.96.0.1";

/** @param {readonly string[]} lines commands of `ip`, without `ip` */
const ip = (lines, args = /** @type {string[]} */ ([])) =>
  execFileSync("ip", [...args, "-batch", "-"], {
    input: lines.join("\n"),
    stdio: ["pipe", "ignore", "pipe"],
  });

/** @param {string} pod @param {string} rules in the form of iptables-save, of the table nat */
const nat = (pod, rules) =>
  execFileSync("ip", ["netns", "exec", pod, "iptables-restore"], {
    input: `*nat\n${rules}\nCOMMIT\n`,
    stdio: ["pipe", "ignore", "pipe"],
  });

/**
 * @param {readonly Pod[]} pods on the pods' network
 * @param {Pod} outside the destination, on another network
 */
export function makeNetwork(pods, outside) {
  ip([
    "link set lo up",
    "link add br0 type bridge",
    `addr add ${bridge}/16 dev br0`,
    `addr add ${serviceBridge}/16 dev br0`,
    "link set br0 up",
  ]);
  execFileSync("sysctl", ["-qw", "net.ipv4.ip_forward=1"]);
  for (const pod of pods) join(pod, bridge);
  join(outside, serviceBridge);
}

/** @param {Pod} pod @param {string} gateway */
function join({ name, address, more = [] }, gateway) {
  ip([
    `netns add ${name}`,
    `link add v-${name} type veth peer name eth0 netns ${name}`,
    `link set v-${name} master br0 up`,
  ]);
  ip(
    [
      "link set lo up",
      `addr add ${address}/16 dev eth0`,
      "link set eth0 up",
      `route add default via ${gateway}`,
      ...more.map((extra) => `addr add ${extra}/32 dev lo`),
    ],
    ["-n", name],
  );
}

/** As istio-init does: all TCP of the pod goes to its sidecar, but not the sidecar's own (user 1337).
 * @param {string} pod */
export function interceptLikeIstio(pod) {
  nat(
    pod,
    `:ISTIO_INBOUND - [0:0]
:ISTIO_OUTPUT - [0:0]
-A PREROUTING -p tcp -j ISTIO_INBOUND
-A OUTPUT -p tcp -j ISTIO_OUTPUT
-A ISTIO_INBOUND -p tcp -j REDIRECT --to-ports 15006
-A ISTIO_OUTPUT -m owner --uid-owner 1337 -j RETURN
-A ISTIO_OUTPUT -d 127.0.0.1/32 -j RETURN
-A ISTIO_OUTPUT -p tcp -j REDIRECT --to-ports 15001`,
  );
}

/** As kube-proxy does for the Service of the destination: its ports lead to the pod's 8080.
 * @param {string} pod @param {readonly number[]} ports */
export function serveLikeKubeProxy(pod, ports) {
  nat(
    pod,
    ports
      .map((port) => `-A PREROUTING -p tcp --dport ${port} -j REDIRECT --to-ports 8080`)
      .join("\n"),
  );
}
