/**
 * What has been seen in Envoy 1.40 by hand, fact by fact, and what would fail here without it:
 * `shownBy` are beginnings of names of parity cases (real Envoy is asked in every run) or, with
 * `test:`, test files. Facts that no scenario can show are at the end, with the reason.
 */
export interface VerifiedFact {
  readonly fact: string;
  readonly shownBy: readonly string[];
}
export interface UnshownFact {
  readonly fact: string;
  readonly reason: string;
}

const facts = (table: Readonly<Record<string, readonly string[]>>): readonly VerifiedFact[] =>
  Object.entries(table).map(([fact, shownBy]) => ({ fact, shownBy }));

export const verifiedFacts: readonly VerifiedFact[] = facts({
  "on_done = 0 of a plugin: no on_delete, nobody waits": [
    "plugins, refused: the third; the first asks",
  ],
  "proxy_done answers NotFound everywhere": ["host calls of every family"],
  "a trap in the allocator does not unwind the guest": ["trap in the allocator"],
  "only the stream that trapped is closed at once": ["trap in data while another"],
  "V8's texts of traps": ["trap: "],
  "a trap in the plugin's on_context_create alone is no refusal": [
    "trap: in creation of the plugin",
    "plugins, trap: creation",
  ],
  "names resolved within envoy_resolve_dns, each address with :0": ["DNS: "],
  "gRPC: unknown cluster ParseFailure, an empty service kills Envoy": ["gRPC call"],
  "CallData is whatever was looked at last, and may kill Envoy": ["call data: "],
  "close_stream in on_context_create of a connection": ["streams: close in context create"],
  "bytes held back are counted again at each read": ["streams: stop data"],
  "metadata of a chosen host without any: SerializationFailure": ["properties in every callback"],
  "declare_property counts only in the plugin's context": ["declared properties"],
  "set_buffer_bytes outside of data callbacks": ["streams: edit", "tick: edits what is held"],
  "verify_signature with bad keys answers Ok": ["foreign functions", "signatures: public keys"],
  "metrics: ids, unknown ids, signs, two types of one name": [
    "host calls of every family",
    "a counter and a gauge of one name",
  ],
  "tokens of calls: a refused one uses up an id": ["HTTP and gRPC calls", "HTTP call: "],
  "a trap in the start section": ["module: start section that traps"],
  "malloc with a wrong signature: three lines": ["module: allocator with a wrong signature"],
  "UF stays when a later attempt succeeds": ["connect timeout: a tick chooses", "retry: "],
  "the cluster is chosen before data that set another": ["early data: not allowed: set in data"],
  "an upstream that resets: UR, type of the close": [
    "filter: server resets",
    "ending: serverReset",
  ],
  "ticks come on the main thread as well": ["tick: one on each thread"],
  "base VM, canary, main and worker: who is called how often": ["filter: even source"],
  "ids of contexts; two plugins, roots 1 and 2, streams from 3": ["plugins: two in one VM"],
  "equal plugins are one; VM id, VM configuration, environment make a VM": [
    "plugins: the same one twice",
    "plugins: two VM ids",
    "plugins: two VM configurations",
    "plugins: two environments",
    "plugins: two names",
  ],
  "each way of ending, callbacks in order": ["ending: "],
  "several filters: downstream in order, upstream in reverse, ends in order": [
    "plugins: each sees what the one before",
  ],
  "no byte before the upstream is up": ["filter: refused connect"],
  "deferred actions are done in order; a trap does not undo them": [
    "streams: close, then",
    "streams: continue, then",
  ],
  "any result but 0 stops; a connection that is held for ever": ["streams: stop for ever"],
  "results of continue_stream and close_stream for each stream type": [
    "streams: stream types and contexts",
  ],
  "resuming from a tick, stopped FINs": ["tick: resumes", "held: upstream FIN", "held: client FIN"],
  "first bytes choose the cluster with early data": [
    "early data: first bytes",
    "test:golden.test.ts",
  ],
  "a plugin that fails on a thread is skipped there, whatever the policy": [
    "plugins: fails on the threads only",
  ],
  "FAIL_CLOSED, FAIL_OPEN, FAIL_RELOAD with its backoff": ["trap", "reload: ", "plugins, trap: "],
  "the ABI by the order of exports, functions only": ["module: ABI marker", "module: ABI 0.2.0"],
  "empty, short, truncated and garbled files": [
    "module: empty file",
    "module: four bytes",
    "module: truncated",
    "module: text",
    "module: version 2",
  ],
  "the first bad import is named, both signatures are printed": [
    "module: two bad imports",
    "module: import with",
    "module: missing import",
    "test:golden.test.ts",
  ],
  "start functions: order, main's result, _start beside _initialize": [
    "module: _initialize",
    "module: _start",
  ],
  "what may be called during start": ["module: _initialize with a forbidden call"],
  "a host call from the start section kills Envoy": ["module: host call in the start section"],
  "no memory at all, imported memories and tables": ["module: no memory", "module: imported"],
  "WASI: each function and errno": ["WASI", "every function of ABI 0.2.1"],
  "proc_exit returns": ["every function of ABI 0.2.1", "WASI with"],
  "an allocator without room; what it may call": ["allocator"],
  "formats of log lines, prefixes without empty names": [
    "configuration: no names",
    "test:formatTrace.test.ts",
  ],
  "log levels, bytes kept as they are": ["log level ", "host calls of every family"],
  "back-traces only with a name section, 20 frames": ["trap: back-trace"],
  "memory ends at 16384 pages": [
    "memory grows to",
    "module: memory of more",
    "test:limitMemory.test.ts",
  ],
  "local code that fails: the listener is refused, whatever the policy": [
    "configuration: fail open",
    "module: ",
  ],
  "configuration: StringValue, BytesValue, Struct; where it can be read": [
    "configuration: ",
    "test:golden.test.ts",
  ],
  "properties in each callback, types, paths, addresses": ["properties", "test:simulate.test.ts"],
  "set_property: readable as filter state only": ["set property and bad pointers"],
  "set_envoy_filter_state: every answer, the last one counts": ["filter state, every answer"],
  "unknown, empty, long and odd cluster names": [
    "filter state names",
    "filter state with",
    "early data: first bytes choose nowhere",
  ],
  "weighted clusters ignore filter state": ["weighted clusters", "filter state does not count"],
  "a retry reads filter state again": [
    "connect timeout: a tick chooses another",
    "connect timeout: early data choose another",
  ],
  "filter state of another connection": ["held: the next connection sets"],
  "idle timeouts from the configuration and from filter state": ["idle timeout: "],
  "unknown foreign functions; results written even on errors": ["filter state, every answer"],
  "compress, uncompress, signatures, expressions": ["foreign functions", "signatures: ", "CEL: "],
  "HTTP calls: errors, replies, Envoy's own answers": ["HTTP call: ", "HTTP and gRPC calls"],
  "header maps on TCP": ["host calls of every family", "every function of"],
  "shared data and queues, across VMs": [
    "HTTP and gRPC calls",
    "plugins: shared data",
    "plugins: a queue",
  ],
});

export const unshownFacts: readonly UnshownFact[] = [
  {
    fact: "the direction of a listener is no part of a plugin's key",
    reason: "a scenario has one listener",
  },
  {
    fact: "connection.tls_version before the handshake is cached; the handshake waits for the filter",
    reason: "a scenario has no TLS",
  },
  { fact: "map entries in messages come in a random order", reason: "random in Envoy" },
  { fact: "xds.node has 61 kB", reason: "it lists what the binary was built with" },
  {
    fact: "admin connections count for connection.id",
    reason: "a scenario has no admin interface; the numbers depend on who asks it",
  },
  {
    fact: "the access log tells the last filter state, not the one that was used",
    reason: "a trace has the decision and who made it instead",
  },
  { fact: "several workers: two more callbacks each", reason: "one worker is modelled" },
  { fact: "buffer limits end reading", reason: "a scenario has no limits" },
  {
    fact: "upstream_connect_mode still chooses at the new connection",
    reason: "a scenario has no other mode",
  },
  {
    fact: "fail_open: true keeps connections under way",
    reason: "deprecated; a scenario has failure_policy only",
  },
  { fact: "HTTP streams end in another order", reason: "TCP filters only" },
  {
    fact: "an endless loop hangs its worker for ever",
    reason: "there is nothing to compare; the page and the command line end it",
  },
  {
    fact: "errors of the bootstrap: duplicate environment, chain without terminal filter",
    reason: "a scenario cannot say them",
  },
  { fact: "remote code and capability restrictions", reason: "not modelled" },
  {
    fact: "removal of a listener calls on_done of its plugins",
    reason: "a scenario ends before; the same code runs where a later plugin is refused",
  },
];
