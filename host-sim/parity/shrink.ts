/** Looks for the smallest scenario that still shows a difference, by leaving out one part after the other. */
import type { Scenario } from "../src/index.ts";
import { generatedCase, type Generated } from "./cases/generated.ts";
import type { ParityCase } from "./cases/case.ts";

const MAX_TRIES = 400;
const MAX_MS = 60_000;

/** `differs` plays a case. Answers the smallest one found; the given one, if nothing can go. */
export async function shrink(
  failing: ParityCase,
  differs: (candidate: ParityCase) => Promise<boolean>,
): Promise<ParityCase> {
  const deadline = Date.now() + MAX_MS;
  let tries = 0;
  let smallest = failing;
  for (let progress = true; progress;) {
    progress = false;
    for await (const candidate of smaller(smallest, () => `-${tries}`)) {
      if (++tries > MAX_TRIES || Date.now() > deadline) return smallest;
      if (!(await differs(candidate))) continue;
      smallest = candidate;
      progress = true;
      break;
    }
  }
  return smallest;
}

/** Cases with one part less each, large parts first. */
async function* smaller(of: ParityCase, run: () => string): AsyncGenerator<ParityCase> {
  const { generated } = of;
  if (!generated) {
    for (const scenario of smallerScenarios(of.scenario)) yield { ...of, scenario };
    return;
  }
  for (const candidate of smallerGenerated(generated)) {
    yield await generatedCase(candidate, of.name, run());
  }
}

/** The list without each of its elements in turn. */
function without<T>(list: readonly T[]): readonly (readonly T[])[] {
  return list.map((_, i) => list.filter((__, k) => k !== i));
}

type Connections<C> = readonly C[];

function smallerConnections<C extends { readonly steps?: readonly unknown[] | undefined }>(
  connections: Connections<C>,
): readonly (readonly C[])[] {
  return [
    ...(connections.length > 1 ? without(connections) : []),
    ...connections.flatMap((connection, i) =>
      without(connection.steps ?? []).map((steps) => connections.with(i, { ...connection, steps })),
    ),
  ];
}

function* smallerScenarios(scenario: Scenario): Generator<Scenario> {
  for (const connections of smallerConnections(scenario.connections)) {
    yield { ...scenario, connections: [...connections] };
  }
}

function* smallerGenerated(of: Generated): Generator<Generated> {
  const { document, programs } = of;
  if (programs.length > 1) {
    for (const [i] of programs.entries()) {
      const kept = <T>(list: readonly T[]): T[] => list.filter((_, k) => k !== i);
      yield {
        ...of,
        document: { ...document, plugins: kept(document.plugins) },
        programs: kept(programs),
      };
    }
  }
  for (const connections of smallerConnections(document.connections)) {
    yield { ...of, document: { ...document, connections: [...connections] } };
  }
  for (const [i, program] of programs.entries()) {
    for (const actions of without(program)) yield { ...of, programs: programs.with(i, actions) };
  }
  if (of.names) yield { ...of, names: false };
  for (const [i, plugin] of document.plugins.entries()) {
    const { environment, vmConfiguration, ...plain } = plugin;
    if (environment ?? vmConfiguration) {
      yield { ...of, document: { ...document, plugins: document.plugins.with(i, plain) } };
    }
  }
  const { tcpProxy } = document;
  if (tcpProxy?.maxConnectAttempts !== undefined && tcpProxy.maxConnectAttempts !== 1) {
    yield withTcpProxy(of, { ...tcpProxy, maxConnectAttempts: 1 });
  }
  if (tcpProxy?.maxEarlyDataBytes !== undefined) {
    const { maxEarlyDataBytes: _, ...rest } = tcpProxy;
    yield withTcpProxy(of, rest);
  }
}

function withTcpProxy(
  of: Generated,
  tcpProxy: NonNullable<Generated["document"]["tcpProxy"]>,
): Generated {
  return { ...of, document: { ...of.document, tcpProxy } };
}
