/** The commands of a session: what follows `$ `, and their further lines, which follow `> `. */
export function commandsOf(session: string): string {
  return session
    .split("\n")
    .flatMap((line) => /^[$>] (.*)/.exec(line)?.[1] ?? [])
    .join("\n");
}
