/** What a plugin asks of others. Loaded when a module imports one of the functions. */
export { Callouts } from "./callouts.ts";
export { resolveDns } from "./dns.ts";
