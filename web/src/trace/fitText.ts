/** Text in drawings, where nothing wraps or cuts by itself. */

/** IBM Plex Mono advances 0.6 em, every character. */
export const monoWidth = (fontSize: number) => 0.6 * fontSize;

/** Shortens to `width` pixels of a font in which every character is `advance` wide. */
export function fit(text: string, width: number, advance: number): string {
  const room = Math.max(1, Math.floor(width / advance));
  return text.length <= room ? text : `${text.slice(0, room - 1)}…`;
}

/** Breaks into at most `lines` lines, the last one cut; anywhere, as addresses have no spaces. */
export function wrap(text: string, width: number, advance: number, lines: number): string[] {
  const room = Math.max(1, Math.floor(width / advance));
  const parts: string[] = [];
  let rest = text;
  while (rest.length > room && parts.length < lines - 1) {
    // After a space, a slash, a dot or a colon if there is one not too early.
    const soft = rest.slice(0, room).search(/[ /.:\-_|](?=[^ /.:\-_|]*$)/) + 1;
    const end = soft > room * 0.55 ? soft : room;
    parts.push(rest.slice(0, end).trimEnd());
    rest = rest.slice(end);
  }
  return [...parts, fit(rest, width, advance)];
}

/** Rough width of semi-bold IBM Plex Sans, on the safe side. */
export function sansWidth(text: string, fontSize: number): number {
  let ems = 0;
  for (const character of text)
    ems += /[ijl.,:;|!'I]/.test(character) ? 0.32 : /[mwMW@%]/.test(character) ? 0.95 : 0.64;
  return ems * fontSize;
}

/** Shortens semi-bold Plex Sans to `width` pixels. */
export function fitSans(text: string, width: number, fontSize: number): string {
  if (sansWidth(text, fontSize) <= width) return text;
  let end = text.length - 1;
  while (end > 1 && sansWidth(text.slice(0, end), fontSize) + 0.9 * fontSize > width) end--;
  return `${text.slice(0, end)}…`;
}
