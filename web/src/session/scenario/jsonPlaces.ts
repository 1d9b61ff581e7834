/** Where in a text of JSON a path leads: `$.connections[0].source`. */
import type { SyntaxNode, Tree } from "@lezer/common";

/** A key of an object, or the index of a list's item. */
export type PathPart = string | number;

/** Reads the paths that host-sim writes; answers the parts up to the first that is none. */
export function readPath(path: string): readonly PathPart[] {
  const parts: PathPart[] = [];
  const pattern = /\.([A-Za-z_$][\w$]*)|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]/y;
  pattern.lastIndex = 1;
  for (let found = pattern.exec(path); found; found = pattern.exec(path)) {
    const [, key, index, quoted] = found;
    if (index !== undefined) parts.push(Number(index));
    else parts.push(quoted === undefined ? (key ?? "") : (JSON.parse(quoted) as string));
  }
  return parts;
}

/** The name of a property, as its text says it; "" while that is no whole text. */
export function propertyName(property: SyntaxNode, text: string): string {
  const name = property.getChild("PropertyName");
  if (!name) return "";
  try {
    return JSON.parse(text.slice(name.from, name.to)) as string;
  } catch {
    return "";
  }
}

/** The values of a list, without its brackets and commas. */
export function itemsOf(list: SyntaxNode): readonly SyntaxNode[] {
  return childrenOf(list).filter(({ type }) => /^[A-Z]/.test(type.name) && !type.isError);
}

function childrenOf(node: SyntaxNode): readonly SyntaxNode[] {
  const children: SyntaxNode[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling) children.push(child);
  return children;
}

/**
 * The range of what a problem at `path` is about: a value; the name of a field that may not be
 * there; the beginning of the object in which a field is missing.
 */
export function placeOf(
  tree: Tree,
  text: string,
  path: string,
  message: string,
): { readonly from: number; readonly to: number } {
  let value = tree.topNode.firstChild;
  let name: SyntaxNode | undefined;
  for (const part of readPath(path)) {
    const next = value && inside(value, text, part);
    if (!next?.value) {
      const from = value?.from ?? 0;
      return { from, to: Math.min(from + 1, text.length) };
    }
    ({ value, name } = next);
  }
  const shown = name && /^(unknown field|not supported|this name)/.test(message) ? name : value;
  return shown ? { from: shown.from, to: shown.to } : { from: 0, to: 0 };
}

function inside(
  value: SyntaxNode,
  text: string,
  part: PathPart,
): { readonly value: SyntaxNode | null; readonly name: SyntaxNode | undefined } | undefined {
  if (typeof part === "number") return { value: itemsOf(value)[part] ?? null, name: undefined };
  const property = value.getChildren("Property").find((one) => propertyName(one, text) === part);
  if (!property) return undefined;
  const name = property.getChild("PropertyName") ?? undefined;
  return { value: property.lastChild, name };
}
