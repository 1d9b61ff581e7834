/**
 * The page's address: opened with a scenario, kept up to date with the edited one, copied. Without
 * a link in it, the page goes on where this browser left off. Loaded when there is a link, remembered
 * work or an edit, so that the first decision does not wait for it.
 */
import { JSON_TEXT, useStore, type Run } from "../state/store.ts";
import { defaultScenario } from "../state/defaultScenario.ts";
import { isEdited } from "../state/gallery.ts";
import { views } from "../state/views.ts";
import { recentScenarios, rememberScenario } from "./recentScenarios.ts";
import { checkDocument } from "./simulate.ts";
import {
  packJson,
  readLink,
  unpackJson,
  unreadableText,
  writeLink,
  type LinkParts,
} from "./shareLink.ts";
import { movePlayhead } from "./stepping.ts";
import { keepUnfinished, resume, unfinishedHere } from "./unfinished.ts";
import type { ScenarioDocument } from "wasmerang";

/**
 * Longer links break where people paste them: a comment in Jira and a cell in Excel end at 32 767
 * characters, a message in Slack at 40 000. Browsers themselves take far more.
 */
const MOST_CHARACTERS = 32_000;

/** Browsers limit how often a page may change its address. */
const ADDRESS_MS = 400;

let pending: ReturnType<typeof setTimeout> | undefined;
/** The last document that a reload would find. */
let kept: ScenarioDocument | undefined;

/** Puts the scenario of the address in place, or the last one of this browser, or the default. */
export async function openAddress(): Promise<void> {
  const left = unfinishedHere(location.hash.startsWith("#s="));
  await openScenario();
  if (!left) return;
  // It has no run of its own: the one of the last scenario that could be read stays.
  const { document } = useStore.getState();
  afterRun(document, () => {
    if (useStore.getState().document === document) resume(left);
  });
}

async function openScenario(): Promise<void> {
  const { set } = useStore.getState();
  const link = await readLink(location.hash);
  if (link.kind === "none") {
    const [last] = recentScenarios();
    // One that this version of the page does not take stays in the list of recent ones.
    if (last === undefined || !(await open(last))) await open(defaultScenario);
    return;
  }
  if (link.kind === "document" && (await open(link.document))) {
    await openSources(link.parts);
    return showParts(link.parts);
  }
  await open(defaultScenario);
  set({ notice: unreadableText(link.kind === "unreadable" ? link.version : undefined) });
}

/** A starting point of the gallery, and what was changed of its sources. */
async function openSources({ entry, sources }: LinkParts): Promise<void> {
  if (entry === undefined) return;
  const code = await import("./code/code.ts");
  if (sources === undefined) return code.openEntry(entry);
  try {
    await code.openShared(entry, await unpackJson(sources));
  } catch {
    const notice = "The sources of this link could not be read. Showing the filter as shipped.";
    useStore.getState().set({ notice });
  }
}

/** The starting point that runs, unless it is the one that runs anyway. */
function entryPart(): LinkParts {
  const { module } = useStore.getState();
  return module?.entry === undefined || module.isBuiltIn ? {} : { entry: module.entry };
}

async function sourceParts(): Promise<LinkParts> {
  const part = entryPart();
  if (part["entry"] === undefined) return part;
  const { changesFor } = await import("./code/code.ts");
  const changes = changesFor(part["entry"]);
  return changes ? { ...part, sources: await packJson(changes) } : part;
}

/** Puts a document in place if it is a scenario; answers whether it is. */
async function open(value: unknown): Promise<boolean> {
  const isScenario = value === defaultScenario || (await checkDocument(value)).status === "done";
  if (isScenario) useStore.getState().replace(value as ScenarioDocument);
  return isScenario;
}

/** What the user looks at, beside the scenario. */
function shownParts(): LinkParts {
  const { view, connection, cursor, selected } = useStore.getState();
  return {
    ...(view === "trace" ? {} : { view }),
    ...(connection === 0 ? {} : { connection: String(connection) }),
    ...(cursor === undefined ? {} : { playhead: String(cursor) }),
    ...(cursor !== undefined || selected === undefined ? {} : { event: String(selected) }),
  };
}

/** The way back. Parts that make no sense are left out: the scenario is there in any case. */
function showParts({ view, connection, playhead, event }: LinkParts): void {
  const { document, set, selectConnection, select } = useStore.getState();
  const known = views.find(({ id }) => id === view);
  if (known) set({ view: known.id });
  if (document.connections[Number(connection)]) selectConnection(Number(connection));
  const seq = Number(playhead ?? event);
  if (!Number.isInteger(seq)) return;
  afterRun(document, ({ events }) => {
    if (!events.some((one) => one.seq === seq)) return;
    if (playhead === undefined) select(seq);
    else movePlayhead(seq);
  });
}

/** Calls back once the run of a document has ended. */
function afterRun(document: ScenarioDocument, callback: (run: Run) => void): void {
  const stop = useStore.subscribe(({ run }) => {
    if (run?.document !== document || run.status === "running") return;
    stop();
    callback(run);
  });
}

/** Called after each edit, so that a reload loses nothing. */
export function keepWork(): void {
  clearTimeout(pending);
  pending = setTimeout(() => void writeWork(), ADDRESS_MS);
}

addEventListener("pagehide", () => keepUnfinished(useStore.getState().document !== kept));

/** Puts the scenario where a reload finds it, or what is none yet beside the last one that is. */
async function writeWork(): Promise<void> {
  const { document, problems } = useStore.getState();
  keepUnfinished();
  kept = document;
  if (problems.length > 0) return;
  rememberScenario();
  // Without a link, a reload gives the last remembered one.
  const isScenarioGiven = document === defaultScenario && recentScenarios().length === 0;
  const part = entryPart();
  const isGiven = isScenarioGiven && part["entry"] === undefined;
  // Changed sources are kept in this browser; a reload needs only to know of which filter.
  const hash = isGiven ? "" : await writeLink(document, part);
  if (useStore.getState().document !== document) return;
  // A long one is remembered all the same.
  const isShort = hash !== "" && hash.length <= MOST_CHARACTERS;
  const address = isShort ? hash : location.pathname + location.search;
  history.replaceState(history.state, "", address);
}

/** Copies a link to what is shown and says so; an invalid scenario gets none, a long one a file. */
export async function copyLink(): Promise<void> {
  const { problems, drafts, set } = useStore.getState();
  if (problems.length > 0 || Object.keys(drafts).length > 0) {
    const where = JSON_TEXT in drafts ? "marked in its JSON" : "marked in red";
    return set({ notice: `No link yet: the scenario has an error, ${where}.` });
  }
  const link = await linkNow();
  if (link.length > MOST_CHARACTERS) set({ dialog: "longLink" });
  else await copy(link);
}

/** The same, however long the link is. */
export async function copyAnyLink(): Promise<void> {
  await copy(await linkNow());
}

async function linkNow(): Promise<string> {
  const parts = { ...shownParts(), ...(await sourceParts()) };
  const hash = await writeLink(useStore.getState().document, parts);
  return new URL(hash, location.href).href;
}

async function copy(link: string): Promise<void> {
  const { set } = useStore.getState();
  try {
    await navigator.clipboard.writeText(link);
    set({ notice: `Link copied, ${link.length} characters. ${contents()}` });
  } catch {
    history.replaceState(history.state, "", link);
    set({
      notice: `The browser does not let the page copy. The link is in the address bar. ${contents()}`,
    });
  }
}

/** A link never holds a module: with a file of the user's it shows the same only beside that. */
function contents(): string {
  const { module } = useStore.getState();
  if (module?.entry === undefined && module) {
    return `It holds the scenario, not ${module.name}: whoever opens it has to load that file as well.`;
  }
  return module && isEdited(module)
    ? "It holds the whole scenario and the changed sources."
    : "It holds the whole scenario.";
}
