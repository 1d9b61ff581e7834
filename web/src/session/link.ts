/** The page's address: opened with a scenario, kept up to date with the edited one, copied. */
import { useStore } from "../state/store.ts";
import { defaultScenario } from "../state/defaultScenario.ts";
import { checkDocument } from "./simulate.ts";
import { readLink, unreadableText, writeLink } from "./shareLink.ts";
import type { ScenarioDocument } from "wasmerang";

/** Browsers limit how often a page may change its address. */
const ADDRESS_MS = 400;

let pending: ReturnType<typeof setTimeout> | undefined;

/** Puts the scenario of the address in place, or the default one with a notice why. */
export async function openLink(): Promise<void> {
  const { replace, set } = useStore.getState();
  const link = await readLink(location.hash);
  if (link.kind === "none") return replace(defaultScenario);
  if (link.kind === "document") {
    const checked = await checkDocument(link.document);
    if (checked.status === "done") return replace(link.document as ScenarioDocument);
  }
  replace(defaultScenario);
  set({ notice: unreadableText(link.kind === "unreadable" ? link.version : undefined) });
}

/** Called after each edit, so that a reload loses nothing. Invalid documents are left out. */
export function keepAddress(): void {
  clearTimeout(pending);
  pending = setTimeout(() => void writeAddress(), ADDRESS_MS);
}

async function writeAddress(): Promise<void> {
  const { document, problems } = useStore.getState();
  if (problems.length > 0) return;
  const hash = document === defaultScenario ? "" : await writeLink(document);
  if (useStore.getState().document !== document) return;
  history.replaceState(null, "", hash || location.pathname + location.search);
}

/** Copies a link to the scenario and says so; an invalid scenario gets no link. */
export async function copyLink(): Promise<void> {
  const { document, problems, drafts, set } = useStore.getState();
  if (problems.length > 0 || Object.keys(drafts).length > 0) {
    set({ notice: "No link yet: the scenario has an error, marked in red." });
    return;
  }
  const hash = await writeLink(document);
  history.replaceState(null, "", hash);
  const link = location.href;
  try {
    await navigator.clipboard.writeText(link);
    set({ notice: `Link copied, ${link.length} characters. ${contents()}` });
  } catch {
    set({
      notice: `The browser does not let the page copy. The link is in the address bar. ${contents()}`,
    });
  }
}

/** A link never holds a module: with a file of the user's it shows the same only beside that. */
function contents(): string {
  const { module } = useStore.getState();
  return module && !module.isBuiltIn
    ? `It holds the scenario, not ${module.name}: whoever opens it has to load that file as well.`
    : "It holds the whole scenario.";
}
