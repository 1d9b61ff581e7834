/** What stands beside the lines: that they called the host, and what it answered. */
import type { HostCall } from "wasmerang";
import type { editor } from "monaco-editor/editor/editor.api";
import { connectionId } from "../../trace/connections.ts";
import { callResult } from "../../trace/describeCall.ts";
import { eventAt } from "../../trace/memoize.ts";
import { numberOf } from "../../trace/rows.ts";
import { callsByLine, stackOf } from "../../trace/sourceLines.ts";
import type { Run } from "../../state/store.ts";
import { monaco } from "./monaco.ts";

/** Longer values are cut: the inspector has all of them. */
const MOST_LETTERS = 60;

interface Looked {
  readonly file: string;
  /** Index of the selected connection. */
  readonly connection: number;
  /** `seq` of the selected event. */
  readonly selected: number | undefined;
}

/** The decorations of a file for the run that is shown. */
export function lineMarks(run: Run, { file, connection, selected }: Looked) {
  const id = connectionId(run.document, connection);
  const event = eventAt(run.events, selected);
  const stack = event ? stackOf(run, event) : [];
  const here = stack.find((position) => position.file === file)?.line;
  const marks: editor.IModelDeltaDecoration[] = [...callsByLine(run, file)].map(([line, calls]) => {
    const shown = shownCall(calls, selected, id);
    const alike = calls.filter(({ connection }) => connection === shown?.connection);
    return {
      range: new monaco.Range(line, 1, line, Number.MAX_SAFE_INTEGER),
      options: {
        lineNumberClassName: "line-called",
        showIfCollapsed: true,
        after: { content: `   ${textOf(run, shown, alike.length)}`, inlineClassName: "line-value" },
      },
    };
  });
  if (here !== undefined) {
    const range = new monaco.Range(here, 1, here, 1);
    marks.push({ range, options: { isWholeLine: true, className: "line-current" } });
  }
  return marks;
}

/** The selected call, or the last one of the selected connection, or the last of all. */
export function shownCall(
  calls: readonly HostCall[],
  selected: number | undefined,
  connection: string | undefined,
): HostCall | undefined {
  return (
    calls.find(({ seq }) => seq === selected) ??
    calls.findLast((call) => call.connection === connection) ??
    calls.at(-1)
  );
}

function textOf(run: Run, call: HostCall | undefined, count: number): string {
  if (!call) return "";
  const result = callResult(call);
  const short = result.length > MOST_LETTERS ? `${result.slice(0, MOST_LETTERS)}…` : result;
  const others = count > 1 ? ` (1 of ${count})` : "";
  return `#${numberOf(run.events, call.seq)} ${short}${others}`;
}
