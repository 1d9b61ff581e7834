// Stands for kubectl where the guide is played in network namespaces: as much of it as the guide uses.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const [folder = "", ...args] = process.argv.slice(2);
/** @type {{ pods: Record<string, { name: string, address: string }[]>, logs: Record<string, string> }} */
const { pods, logs } = JSON.parse(readFileSync(join(folder, "cluster.json"), "utf8"));
const line = args.join(" ");

/** @param {string} pod @param {readonly string[]} command */
function exec(pod, command) {
  const { status, stdout } = spawnSync("ip", ["netns", "exec", pod, ...command], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  process.stdout.write(stdout);
  process.exitCode = status ?? 1;
}

/** curl, which is not on every machine that runs the tests. @param {string} method @param {string} url */
function request(method, url) {
  const options = JSON.stringify({ method, agent: false });
  const script = `require("node:http")
    .request(${JSON.stringify(url)}, ${options}, (reply) => reply.pipe(process.stdout))
    .on("error", () => process.exit(52)).end()`;
  return [process.execPath, "-e", script];
}

const get = /^get pods -l (\S+) -o jsonpath=/.exec(line);
const curl = /^exec (\S+) -c app -- curl -s (\S+)$/.exec(line);
const admin = /^exec (\S+) -c istio-proxy -- pilot-agent request (GET|POST) (\S+)$/.exec(line);
const log = /^logs (?:deployment\/)?(\S+)(?: -c istio-proxy)?$/.exec(line);
if (get) {
  for (const { name, address } of pods[String(get[1])] ?? []) console.log(`${name} ${address}`);
} else if (curl) {
  const url = String(curl[2]).replace("destination.outside", "10.96.0.203");
  exec(String(curl[1]), request("GET", url));
} else if (admin) {
  exec(String(admin[1]), request(String(admin[2]), `http://127.0.0.1:15000/${admin[3]}`));
} else if (log) {
  process.stdout.write(readFileSync(String(logs[String(log[1])]), "utf8"));
} else {
  console.error(`kubectl: the stand-in does not know: ${line}`);
  process.exitCode = 2;
}
