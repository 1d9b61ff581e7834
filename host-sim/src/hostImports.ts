/**
 * The wasm imports of host functions, each with exactly the right number of parameters: the engine
 * calls those without making an array of the words.
 *
 * All say the same. But the engine learns at each place in the source what is called from there, and
 * where it has seen one handler only, it puts that in place. Number of words and kind of answer keep
 * those host functions apart that filters call for each connection; where two meet, the calls are
 * slower and otherwise alike.
 */
import type { BoundCall } from "./boundCall.ts";
import { BYTES_OUT } from "./hostcalls/layout.ts";

export type Import = (...words: (number | bigint)[]) => number | undefined;
type Words = (
  a: number,
  b: number,
  c: number,
  d: number,
  e: number,
  f: number,
) => number | undefined;
/** By number of words. */
type Sites = readonly ((it: BoundCall) => Words)[];

const withoutResults: Sites = [
  (it) => () => it.endPlain(it.begin(0, 0, 0, 0, 0, 0) || it.handlePlain(it.args, it.context)),
  (it) => (a) => it.endPlain(it.begin(a, 0, 0, 0, 0, 0) || it.handlePlain(it.args, it.context)),
  (it) => (a, b) => it.endPlain(it.begin(a, b, 0, 0, 0, 0) || it.handlePlain(it.args, it.context)),
  (it) => (a, b, c) =>
    it.endPlain(it.begin(a, b, c, 0, 0, 0) || it.handlePlain(it.args, it.context)),
  (it) => (a, b, c, d) =>
    it.endPlain(it.begin(a, b, c, d, 0, 0) || it.handlePlain(it.args, it.context)),
  (it) => (a, b, c, d, e) =>
    it.endPlain(it.begin(a, b, c, d, e, 0) || it.handlePlain(it.args, it.context)),
  (it) => (a, b, c, d, e, f) =>
    it.endPlain(it.begin(a, b, c, d, e, f) || it.handlePlain(it.args, it.context)),
];

const withNumbers: Sites = [
  (it) => () => it.end(it.begin(0, 0, 0, 0, 0, 0) || it.handle(it.args, it.context)),
  (it) => (a) => it.end(it.begin(a, 0, 0, 0, 0, 0) || it.handle(it.args, it.context)),
  (it) => (a, b) => it.end(it.begin(a, b, 0, 0, 0, 0) || it.handle(it.args, it.context)),
  (it) => (a, b, c) => it.end(it.begin(a, b, c, 0, 0, 0) || it.handle(it.args, it.context)),
  (it) => (a, b, c, d) => it.end(it.begin(a, b, c, d, 0, 0) || it.handle(it.args, it.context)),
  (it) => (a, b, c, d, e) => it.end(it.begin(a, b, c, d, e, 0) || it.handle(it.args, it.context)),
  (it) => (a, b, c, d, e, f) =>
    it.end(it.begin(a, b, c, d, e, f) || it.handle(it.args, it.context)),
];

const withBytes: Sites = [
  (it) => () => it.end(it.begin(0, 0, 0, 0, 0, 0) || it.handle(it.args, it.context)),
  (it) => (a) => it.end(it.begin(a, 0, 0, 0, 0, 0) || it.handle(it.args, it.context)),
  (it) => (a, b) => it.end(it.begin(a, b, 0, 0, 0, 0) || it.handle(it.args, it.context)),
  (it) => (a, b, c) => it.end(it.begin(a, b, c, 0, 0, 0) || it.handle(it.args, it.context)),
  (it) => (a, b, c, d) => it.end(it.begin(a, b, c, d, 0, 0) || it.handle(it.args, it.context)),
  (it) => (a, b, c, d, e) => it.end(it.begin(a, b, c, d, e, 0) || it.handle(it.args, it.context)),
  (it) => (a, b, c, d, e, f) =>
    it.end(it.begin(a, b, c, d, e, f) || it.handle(it.args, it.context)),
];

/** proxy_increment_metric and proxy_record_metric. */
const withI64 = (it: BoundCall) => (a: number, b: bigint) =>
  it.endPlain(it.beginWide(a, b) || it.handlePlain(it.args, it.context));

/** An import that does nothing but what Envoy does. */
export function plainImport(it: BoundCall): Import {
  const { params } = it.hostcall.signature;
  if (params.join() === "i32,i64") return withI64(it) as Import;
  const [first] = it.results.places;
  const sites = !first ? withoutResults : first.kind === BYTES_OUT ? withBytes : withNumbers;
  const site = params.includes("i64") ? undefined : sites[params.length];
  return site ? (site(it) as Import) : anyImport(it, () => it.answer());
}

/** For the few functions of other words, and for what is to be done in place of a plain call. */
export const anyImport =
  (it: BoundCall, run: () => number | undefined): Import =>
  (...words) => {
    it.take(words);
    return run();
  };
