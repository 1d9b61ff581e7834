/** Runs a scenario again, in the worker, and answers one question about it. */
import {
  guestLimits,
  propertyPaths,
  readScenario,
  simulate,
  type Libraries,
  type RunObserver,
  type Scenario,
  type ScenarioDocument,
  type TraceEvent,
} from "wasmerang";
import type {
  MemoryAnswer,
  Observation,
  PropertiesAnswer,
  PropertyPhase,
  Question,
  StatChange,
  StatsAnswer,
} from "../../trace/observation.ts";
import { memoryBlocks } from "./memoryBlocks.ts";

/** Ends a run whose rest says nothing more. */
class Seen extends Error {}
/** A callback that comes this often says nothing new. */
const MOST_PHASES = 100;

interface Run {
  readonly wasm: Uint8Array;
  readonly document: ScenarioDocument;
  readonly libraries: Libraries | undefined;
}

/** @throws Error if the document is no scenario, or the run never comes to what is asked for. */
export function observe(run: Run, question: Question): Observation {
  switch (question.kind) {
    case "memory":
      return memoryAt(run, question);
    case "properties":
      return properties(run, question.connection);
    case "stats":
      return stats(run);
  }
}

function play(
  { wasm, document, libraries }: Run,
  observer: RunObserver,
  onEvent: (event: TraceEvent) => void = () => {},
): void {
  simulate(wasm, scenarioOf(document), onEvent, {
    observer,
    limits: guestLimits,
    ...(libraries ? { libraries } : {}),
  });
}

function scenarioOf(document: ScenarioDocument): Scenario {
  const read = readScenario(document);
  if (!read.ok) throw new Error(read.problems.map(({ message }) => message).join("; "));
  return read.scenario;
}

function memoryAt(run: Run, { seq, ranges }: Question & { kind: "memory" }): MemoryAnswer {
  let before: Uint8Array | undefined;
  let after: Uint8Array | undefined;
  try {
    play(run, {
      hostCall: (call, when, memory) => {
        if (before !== undefined && (call > seq || (call === seq && when === "after"))) {
          if (call === seq) after = memory.slice();
          throw new Seen();
        }
        if (call === seq) before = memory.slice();
      },
    });
  } catch (error) {
    if (!(error instanceof Seen)) throw error;
  }
  if (before === undefined) throw new Error("the second run did not come to this call");
  return { kind: "memory", size: before.length, blocks: memoryBlocks(before, after, ranges) };
}

/** What a connection needs for each callback to happen. */
const everything = [{ downstream: "hello" }, { upstream: "hello" }, { close: "client" as const }];

function properties(run: Run, connection: number): PropertiesAnswer {
  const keys = new Set<string>();
  const paths = propertyPaths();
  const phasesOf = (of: Run, isAssumed: boolean, known: readonly string[]) => {
    const phases: PropertyPhase[] = [];
    const counts = new Map<string, number>();
    const phase: RunObserver["phase"] = ({ callback, connection: index, seq, property }) => {
      const count = (counts.get(callback) ?? 0) + 1;
      if (index !== connection || count > MOST_PHASES || known.includes(callback)) return;
      counts.set(callback, count);
      const values = [...paths, ...keys].map((path) => {
        const answer = property(path);
        return "value" in answer
          ? { value: answer.value, type: answer.type }
          : { absent: answer.absent };
      });
      phases.push({ callback, seq, isAssumed, values });
    };
    play(of, { phase });
    return phases;
  };
  play(run, {}, (event) => {
    if (event.kind !== "hostCall") return;
    for (const effect of event.effects)
      if (effect.kind === "filterStateChange") keys.add(`filter_state\0${effect.key}`);
  });
  const phases = phasesOf(run, false, []);
  const { document } = run;
  const talking = {
    ...document,
    connections: document.connections.map((it, index) =>
      index === connection ? { ...it, steps: everything } : it,
    ),
  };
  const seen = phases.map(({ callback }) => callback);
  const assumed = phasesOf({ ...run, document: talking }, true, seen);
  return { kind: "properties", paths: [...paths, ...keys], phases: [...phases, ...assumed] };
}

function stats(run: Run): StatsAnswer {
  const found = new Map<string, StatChange[]>();
  play(run, {
    stat: (name, value, seq) => {
      const changes = found.get(name);
      if (changes === undefined) found.set(name, [{ seq, value }]);
      else if (changes.at(-1)?.seq === seq) changes[changes.length - 1] = { seq, value };
      else changes.push({ seq, value });
    },
  });
  return { kind: "stats", stats: found };
}
