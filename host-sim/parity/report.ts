/** What a parity run prints: each difference as it is found, and a summary at the end. */
import type { Difference } from "./compare.ts";
import { type KnownDifference, knownDifferences } from "./knownDifferences.ts";
import type { Recording } from "./recordScenario.ts";

/** The smallest scenario that shows a difference. */
export interface Smallest {
  /** The scenario, in one line. */
  readonly json: string;
  /** What the scripted guest does in it, an action a line, for each plugin. */
  readonly programs: readonly (readonly string[])[];
  readonly differences: readonly Difference[];
  /** The command that plays it. */
  readonly replay: string;
}

export interface Report {
  readonly compared: (
    name: string,
    recording: Recording,
    differences: readonly Difference[],
  ) => void;
  /** The first play differed so, and a later one not at all. */
  readonly onlyOnce: (name: string, differences: readonly Difference[]) => void;
  /** The scenario was played and compared without something that it has. */
  readonly change: (name: string, what: string) => void;
  readonly notPlayed: (name: string, reason: string) => void;
  readonly smallest: (name: string, smallest: Smallest) => void;
  readonly coverage: (lines: readonly string[]) => void;
  readonly counts: () => {
    readonly passed: number;
    readonly failed: number;
    readonly skipped: number;
    /** Passed only when played again. */
    readonly retried: number;
  };
  /** Prints the summary. True if there was no difference but known ones. */
  readonly finish: (isAll: boolean) => boolean;
}

export function createReport(
  known: readonly KnownDifference[] = knownDifferences,
  print: (line: string) => void = console.log,
): Report {
  const count = {
    passed: 0,
    failed: 0,
    notPlayed: 0,
    onlyOnce: 0,
    connections: 0,
    lines: 0,
    differences: 0,
  };
  const met = new Set<KnownDifference>();
  const startedAt = Date.now();

  const show = ({ what, envoy, simulator }: Difference): void => {
    print(`  ${what}\n  Envoy:\n${indent(envoy)}\n  simulator:\n${indent(simulator)}`);
  };

  return {
    smallest: (name, { json, programs, differences, replay }) => {
      print(`\nThe smallest scenario found for "${name}":\n${json}`);
      for (const [i, program] of programs.entries()) {
        print(`  program of plugin ${i + 1}:\n${indent(program.join("\n"))}`);
      }
      for (const difference of differences.slice(0, 1)) show(difference);
      print(`  to play it again: ${replay}`);
    },
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
      for (const difference of unknown) {
        print(`\n✗ ${name}`);
        show(difference);
      }
    },
    onlyOnce: (name, differences) => {
      count.onlyOnce++;
      print(`\n~ ${name}: differed once, and not when it was played again`);
      for (const difference of differences) show(difference);
    },
    counts: () => ({
      passed: count.passed,
      failed: count.failed,
      skipped: count.notPlayed,
      retried: count.onlyOnce,
    }),
    coverage: (lines) => {
      print("\nCovered, where both agree (host functions with what they answered):");
      for (const line of lines) print(line);
    },
    notPlayed: (name, reason) => {
      count.notPlayed++;
      print(`- ${name}: not played in Envoy: ${reason}`);
    },
    change: (name, what) => print(`- ${name}: played ${what}`),
    finish: (isAll) => {
      const stale = isAll ? known.filter((it) => !met.has(it)) : [];
      for (const it of met) print(`known difference: ${it.case}: ${it.what}: ${it.reason}`);
      for (const it of stale) print(`✗ no longer a difference, remove it: ${it.case}: ${it.what}`);
      const { passed, failed, notPlayed, onlyOnce, connections, lines, differences } = count;
      const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
      print(
        `\n${passed + failed} scenarios, ${connections} connections, ${lines} trace lines compared with Envoy 1.40 in ${seconds} s: ` +
          `${differences} differences, ${met.size} known differences, ${notPlayed} scenarios not played`,
      );
      const again = onlyOnce > 0 ? ` (${onlyOnce} only when played again)` : "";
      print(`${passed} passed${again}, ${failed + stale.length} failed`);
      return failed + stale.length === 0;
    },
  };
}

const indent = (text: string): string => text.replace(/^/gm, "    ");
