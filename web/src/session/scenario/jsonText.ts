/** The scenario as a text of JSON: written, read, and what is wrong with it. */
import { findJsonError, type ScenarioDocument, type ScenarioProblem } from "wasmerang";
import { JSON_TEXT, useStore } from "../../state/store.ts";
import { checkDocument } from "../simulate.ts";

/** A syntax error has a place in the text, other problems have one in the document. */
export interface TextProblem extends ScenarioProblem {
  /** Offset in the text, counted in UTF-16 units; undefined: `path` says where. */
  readonly at?: number;
}

export const writeText = (document: ScenarioDocument) => `${JSON.stringify(document, null, 2)}\n`;

/** The text that the editor shows: the one that cannot be read yet, or the scenario's. */
export function currentText(): string {
  const { drafts, document } = useStore.getState();
  return drafts[JSON_TEXT] ?? writeText(document);
}

/** What is wrong with a text; [] where it is a scenario. Rejects never. */
export async function checkText(text: string): Promise<readonly TextProblem[]> {
  const json = withoutMark(text);
  const error = findJsonError(json);
  if (error) {
    const lines = json.split("\n").slice(0, error.line - 1);
    const at = lines.reduce((sum, line) => sum + line.length + 1, error.column - 1);
    return [{ path: "$", message: error.message, at: at + text.length - json.length }];
  }
  const result = await checkDocument(JSON.parse(json));
  if (result.status === "refused") return result.problems;
  if (result.status === "failed") return [{ path: "$", message: result.message }];
  return [];
}

/** Keeps the text as it is until `readText` has read it. */
export function keepText(text: string): void {
  useStore.getState().draft(JSON_TEXT, text);
}

/**
 * Makes a text the scenario, if it is one; else the text stays a draft, and scenario and last run
 * stay as they are. Answers what is wrong with it; undefined when there is another text by now.
 */
export async function readText(text: string): Promise<readonly TextProblem[] | undefined> {
  const problems = await checkText(text);
  const { drafts, document, draft, edit } = useStore.getState();
  if (drafts[JSON_TEXT] !== text) return undefined;
  // Other spaces and line breaks are no edit; an error that the form has too is the document's.
  const isSame = isTextOf(text, document);
  if (problems.length > 0 && !isSame) return problems;
  // In this order, so that the draft is never gone before the document says the same.
  if (!isSame) edit(JSON.parse(withoutMark(text)) as ScenarioDocument);
  draft(JSON_TEXT, undefined);
  return problems;
}

/** Whether a text says the same as a document, in whatever layout. */
export function isTextOf(text: string, document: ScenarioDocument): boolean {
  try {
    return JSON.stringify(JSON.parse(withoutMark(text))) === JSON.stringify(document);
  } catch {
    return false;
  }
}

/** Drops a text that cannot be read: the scenario is shown again. */
export function dropText(): void {
  useStore.getState().draft(JSON_TEXT, undefined);
}

/** Without the byte order mark that some editors put before a text. */
export const withoutMark = (text: string) => (text.startsWith("\uFEFF") ? text.slice(1) : text);
