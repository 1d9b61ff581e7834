/** What a parity run prints: each difference as it is found, and a summary at the end. */
import type { Difference } from "./compare.ts";
import { type KnownDifference, knownDifferences } from "./knownDifferences.ts";
import type { Recording } from "./recordScenario.ts";

export interface Report {
  readonly compared: (
    name: string,
    recording: Recording,
    differences: readonly Difference[],
  ) => void;
  /** The scenario was played and compared without something that it has. */
  readonly leftOut: (name: string, what: string) => void;
  readonly notPlayed: (name: string, reason: string) => void;
  /** Prints the summary. True if there was no difference but known ones. */
  readonly finish: (isWholeCorpus: boolean) => boolean;
}

export function createReport(
  known: readonly KnownDifference[] = knownDifferences,
  print: (line: string) => void = console.log,
): Report {
  const count = { passed: 0, failed: 0, notPlayed: 0, connections: 0, lines: 0, differences: 0 };
  const met = new Set<KnownDifference>();
  const startedAt = Date.now();

  return {
    compared: (name, recording, differences) => {
      count.connections += recording.connections.length;
      count.lines += recording.lines.length;
      const unknown = differences.filter(({ what }) => {
        const match = known.find((it) => it.case === name && it.what === what);
        if (match) met.add(match);
        return !match;
      });
      count.differences += unknown.length;
      count[unknown.length === 0 ? "passed" : "failed"]++;
      for (const { what, envoy, simulator } of unknown) {
        print(`\n✗ ${name}\n  ${what}`);
        print(`  Envoy:\n${indent(envoy)}\n  simulator:\n${indent(simulator)}`);
      }
    },
    notPlayed: (name, reason) => {
      count.notPlayed++;
      print(`- ${name}: not played in Envoy: ${reason}`);
    },
    leftOut: (name, what) => print(`- ${name}: played without ${what}`),
    finish: (isWholeCorpus) => {
      const stale = isWholeCorpus ? known.filter((it) => !met.has(it)) : [];
      for (const it of met) print(`known difference: ${it.case}: ${it.what}: ${it.reason}`);
      for (const it of stale) print(`✗ no longer a difference, remove it: ${it.case}: ${it.what}`);
      const { passed, failed, notPlayed, connections, lines, differences } = count;
      const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
      print(
        `\n${passed + failed} scenarios, ${connections} connections, ${lines} trace lines compared with Envoy 1.40 in ${seconds} s: ` +
          `${differences} differences, ${met.size} known differences, ${notPlayed} scenarios not played`,
      );
      print(`${passed} passed, ${failed + stale.length} failed`);
      return failed + stale.length === 0;
    },
  };
}

const indent = (text: string): string => text.replace(/^/gm, "    ");
