/** Several plugins in one chain: VMs that they share or not, the order of callbacks, failures. */
import { failurePolicies } from "../../src/scenario.ts";
import { act, type Action, type CallbackName, text } from "../scripted/program.ts";
import { failing, from, type ParityCase, probe, scenario, talk } from "./case.ts";
import { CLUSTER_KEY, filterState, scriptedCase, type ScriptedPlugin } from "./scriptedCase.ts";

const connections = [from("10.0.0.42:51324", ...talk), from("10.0.0.43:51325", ...talk)];
const talks = [
  from(
    "10.0.0.42:51324",
    { downstream: "hello" },
    { upstream: "hi" },
    { downstream: "more" },
    { close: "client" },
  ),
];
const nothing: ScriptedPlugin = { program: [] };
const plugin = (...program: readonly Action[]): ScriptedPlugin => ({ program });
const HOUR = { reloadBackoff: "1h" } as const;
const TOKEN = 136;

export async function pluginCases(): Promise<readonly ParityCase[]> {
  return [
    ...(await vms()),
    ...failing(await refusals()),
    ...(await orders()),
    ...failing(await traps()),
    ...(await threadsOnly()),
  ];
}

function vms(): Promise<readonly ParityCase[]> {
  const same = { name: "p", rootId: "r" };
  const chains: Readonly<Record<string, readonly ScriptedPlugin[]>> = {
    "two in one VM": [nothing, nothing],
    "three in one VM": [nothing, nothing, nothing],
    "the same one twice": [
      { ...nothing, ...same },
      { ...nothing, ...same },
    ],
    "two root ids": [
      { ...nothing, name: "p", rootId: "a" },
      { ...nothing, name: "p", rootId: "b" },
    ],
    "two names": [
      { ...nothing, ...same },
      { ...nothing, ...same, name: "q" },
    ],
    "two VM ids": [nothing, { ...nothing, vmId: "w" }],
    "two VM configurations": [nothing, { ...nothing, vmConfiguration: "other" }],
    "two environments": [nothing, { ...nothing, environment: { A: "1" } }],
    "two VMs in turns": [nothing, { ...nothing, vmId: "w" }, nothing],
  };
  return all(chains, "plugins", (name, plugins) => scriptedCase(name, plugins, { connections }));
}

function refusals(): Promise<readonly ParityCase[]> {
  const no = act("configure", "return", 0);
  const noStart = act("vmStart", "return", 0);
  const bye = [act("done", "proxy_done"), act("delete", "proxy_get_log_level", 0)];
  const chains: Readonly<Record<string, readonly ScriptedPlugin[]>> = {
    "the first": [plugin(no), nothing],
    "the second": [nothing, plugin(no)],
    "the second, at VM start": [nothing, plugin(noStart)],
    "the second, in a VM of its own": [nothing, { ...plugin(no), vmId: "w" }],
    "the third; the others say good-bye": [plugin(...bye), plugin(...bye), plugin(no)],
    "the third; the first asks to wait": [
      plugin(act("done", "return", 0)),
      plugin(...bye),
      plugin(no),
    ],
    "the third; two were one": [
      { ...nothing, name: "p", rootId: "r" },
      { ...nothing, name: "p", rootId: "r" },
      plugin(no),
    ],
  };
  return all(chains, "plugins, refused", (name, plugins) =>
    scriptedCase(name, plugins, { connections }),
  );
}

function orders(): Promise<readonly ParityCase[]> {
  const edit = (where: CallbackName, type: number, mark: string): Action =>
    act(where, "proxy_set_buffer_bytes", type, 0, 0, text(mark));
  const read = (where: CallbackName, type: number): Action =>
    act(where, "proxy_get_buffer_bytes", type, 0, -1, 0, 8);
  const chains: Readonly<Record<string, readonly ScriptedPlugin[]>> = {
    "each sees what the one before has made of the bytes": [
      plugin(edit("downstreamData", 2, "1"), read("upstreamData", 3)),
      plugin(read("downstreamData", 2), edit("upstreamData", 3, "2")),
    ],
    "the first stops for ever": [plugin(act("newConnection", "return", 1)), nothing],
    "the second stops for ever": [nothing, plugin(act("newConnection", "return", 1))],
    "the first holds data": [plugin(act("downstreamData", "hold", 8)), nothing],
    "the second holds data": [nothing, plugin(act("downstreamData", "hold", 8))],
    "the second holds upstream data": [nothing, plugin(act("upstreamData", "hold", 8))],
    "the second stops and goes on": [
      nothing,
      plugin(act("newConnection", "return", 1), act("newConnection", "proxy_continue_stream", 2)),
    ],
    "the first closes": [plugin(act("newConnection", "proxy_close_stream", 2)), nothing],
    "the second closes": [nothing, plugin(act("newConnection", "proxy_close_stream", 2))],
    "the second closes in data": [nothing, plugin(act("downstreamData", "proxy_close_stream", 3))],
    "the second closes when it is created": [
      nothing,
      plugin(act("create", "proxy_close_stream", 2)),
    ],
    "the last filter state counts": [
      plugin(
        act("newConnection", "proxy_call_foreign_function", ...filterState(CLUSTER_KEY, "c1")),
      ),
      plugin(
        act("newConnection", "proxy_call_foreign_function", ...filterState(CLUSTER_KEY, "c2")),
      ),
    ],
    "the second resumes the first's context": [
      plugin(act("newConnection", "return", 1)),
      plugin(
        act("configure", "proxy_set_effective_context", 1),
        act("downstreamData", "proxy_set_effective_context", 3),
      ),
    ],
    "shared data of one VM id": [
      {
        ...plugin(act("newConnection", "proxy_set_shared_data", text("k"), text("v"), 0)),
        vmId: "shared",
      },
      {
        ...plugin(act("newConnection", "proxy_get_shared_data", text("k"), 0, 8, 132)),
        vmId: "shared",
        vmConfiguration: "2",
      },
    ],
    "shared data of another VM id": [
      {
        ...plugin(act("newConnection", "proxy_set_shared_data", text("k"), text("v"), 0)),
        vmId: "one",
      },
      {
        ...plugin(act("newConnection", "proxy_get_shared_data", text("k"), 0, 8, 132)),
        vmId: "two",
      },
    ],
    "a queue from one VM to another": [
      {
        ...plugin(
          act("create", "proxy_register_shared_queue", text("q"), TOKEN),
          act("queueReady", "proxy_dequeue_shared_queue", { at: TOKEN }, 0, 8),
        ),
        vmId: "receiver",
      },
      {
        ...plugin(
          act("newConnection", "proxy_resolve_shared_queue", text("receiver"), text("q"), TOKEN),
          act("newConnection", "proxy_enqueue_shared_queue", { at: TOKEN }, text("item")),
        ),
        vmId: "sender",
      },
    ],
    "several callbacks of a queue, the first of which closes the connection": [
      {
        ...plugin(
          act("newConnection", "proxy_register_shared_queue", text("q"), TOKEN),
          ...["1", "2", "3"].map((item) =>
            act("newConnection", "proxy_enqueue_shared_queue", { at: TOKEN }, text(item)),
          ),
          act("queueReady", "proxy_set_effective_context", 2),
          act("queueReady", "proxy_close_stream", 2),
        ),
        vmId: "several",
      },
    ],
    // Of a connection without a host nothing is left when the queue's callback comes.
    "a queue's callback asks for a context that is gone": [
      plugin(
        act("newConnection", "proxy_register_shared_queue", text("q"), TOKEN),
        act("newConnection", "proxy_enqueue_shared_queue", { at: TOKEN }, text("item")),
        act("newConnection", "proxy_call_foreign_function", ...filterState(CLUSTER_KEY, "empty")),
        act("queueReady", "proxy_set_effective_context", 3),
      ),
      nothing,
    ],
  };
  return all(chains, "plugins", (name, plugins) =>
    scriptedCase(name, plugins, { connections: talks }),
  );
}

async function traps(): Promise<readonly ParityCase[]> {
  const cases: ParityCase[] = [];
  for (const where of ["newConnection", "downstreamData", "upstreamData"] as const) {
    for (const failurePolicy of failurePolicies) {
      for (const [first, second] of [
        [true, false],
        [false, true],
      ]) {
        for (const vmId of ["v", "w"]) {
          const program = (traps = false): ScriptedPlugin => ({
            program: traps ? [act(where, "unreachable")] : [],
            failurePolicy,
            ...HOUR,
          });
          const which = first ? "first" : "second";
          const vm = vmId === "v" ? "one VM" : "two VMs";
          const name = `plugins, trap: the ${which} in ${where}, ${failurePolicy}, ${vm}`;
          const chain = [program(first), { ...program(second), vmId }];
          cases.push(await scriptedCase(name, chain, { connections }));
        }
      }
    }
  }
  for (const failurePolicy of failurePolicies) {
    for (const [at, which] of ["first", "second"].entries()) {
      const plugins = [0, 1].map((i) => ({
        program: i === at ? [act("createPlugin", "unreachable")] : [],
        failurePolicy,
        reloadBackoff: "2ms",
      }));
      const spaced = connections.map((it, i) => ({ ...it, at: `${10 + i * 10}ms` }));
      const name = `plugins, trap: creation of the ${which} in one VM, ${failurePolicy}`;
      cases.push(await scriptedCase(name, plugins, { connections: spaced }));
    }
  }
  const mixed = [
    ["FAIL_OPEN", "FAIL_CLOSED"],
    ["FAIL_CLOSED", "FAIL_OPEN"],
    ["FAIL_RELOAD", "FAIL_OPEN"],
  ] as const;
  for (const [one, two] of mixed) {
    cases.push(
      await scriptedCase(
        `plugins, trap: the second, ${one} and ${two} in one VM`,
        [
          { program: [], failurePolicy: one, ...HOUR },
          { program: [act("newConnection", "unreachable")], failurePolicy: two },
        ],
        { connections },
      ),
    );
  }
  return cases;
}

/** Base VM and canary start, main thread and worker do not: no connection meets the guest. */
async function threadsOnly(): Promise<readonly ParityCase[]> {
  const wasm = await probe("threadsOnly");
  return failurePolicies.map((failurePolicy) => ({
    name: `plugins: fails on the threads only, ${failurePolicy}`,
    wasm,
    scenario: scenario({
      plugin: { vmId: `threads-only-${failurePolicy}`, failurePolicy, ...HOUR },
      connections,
    }),
  }));
}

function all<T>(
  table: Readonly<Record<string, T>>,
  subject: string,
  make: (name: string, value: T) => Promise<ParityCase>,
): Promise<readonly ParityCase[]> {
  return Promise.all(
    Object.entries(table).map(([name, value]) => make(`${subject}: ${name}`, value)),
  );
}
