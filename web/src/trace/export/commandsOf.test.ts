import { expect, it } from "vitest";
import { commandsOf } from "./commandsOf.ts";

it("takes what is typed in a session, without prompts and what is printed", () => {
  expect(commandsOf('$ curl -s a\negress1\n$ echo "\n> b"\n\nb')).toBe('curl -s a\necho "\nb"');
  expect(commandsOf("only printed")).toBe("");
});
