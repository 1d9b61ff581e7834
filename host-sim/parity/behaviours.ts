/**
 * What of Envoy 1.40 the simulator shows for a TCP filter, beside the host functions themselves; the
 * second half of the conformance table. `cases` are beginnings of names of parity cases: they are
 * what real Envoy has been asked.
 */
export interface Behaviour {
  readonly chapter: string;
  readonly text: string;
  /** Absent: not modelled. */
  readonly cases?: readonly string[];
}

const modelled = (chapter: string, text: string, ...cases: readonly string[]): Behaviour => ({
  chapter,
  text,
  cases,
});
const missing = (chapter: string, text: string): Behaviour => ({ chapter, text });

export const behaviours: readonly Behaviour[] = [
  modelled(
    "Loading",
    "ABI marker, compile errors, first bad import, signatures, allocator; Envoy's log lines",
    "module: ",
  ),
  modelled(
    "Loading",
    "start functions and what may be called in them",
    "module: _initialize",
    "module: _start",
  ),
  modelled(
    "Loading",
    "a host call from the start section kills Envoy",
    "module: host call in the start section",
  ),
  modelled(
    "Loading",
    "memory ends at 16 384 pages",
    "memory grows to 16384",
    "module: memory of more",
  ),
  modelled(
    "Loading",
    "capability restrictions: host calls and callbacks that are off, VMs of their own",
    "capabilities: ",
  ),
  missing("Loading", "remote code, precompiled code"),
  modelled(
    "Plugin",
    "base VM, canary, main and one worker VM; refusal at VM start or configuration",
    "configuration: ",
  ),
  modelled(
    "Plugin",
    "configuration as StringValue, BytesValue, Struct",
    "configuration: Struct",
    "configuration: bytes",
  ),
  modelled(
    "Plugin",
    "several plugins in one VM or in several; refusal of a later one; queues between VMs",
    "plugins: ",
    "plugins, refused",
  ),
  missing("Plugin", "several workers"),
  missing("Plugin", "removal of a plugin (proxy_on_done of the root context)"),
  modelled(
    "Connection",
    "accept, new connection, data both ways, done, log, delete",
    "filter: echo",
    "filter: five",
  ),
  modelled(
    "Connection",
    "each way of closing, with the right peer type",
    "filter: client closes",
    "filter: server closes",
    "filter: client resets",
    "filter: server resets",
  ),
  modelled("Connection", "two connections at once", "filter: two connections"),
  modelled(
    "Connection",
    "StopIteration, continue_stream, close_stream, in their order",
    "streams: ",
  ),
  modelled(
    "Connection",
    "data held back adds up; edits of buffers",
    "streams: stop data",
    "streams: stop upstream",
    "streams: edit",
  ),
  missing(
    "Connection",
    "buffer limits, watermarks, TLS, half-closed corner cases with unsent data; a queue's callback that closes a connection before bytes to its client have left",
  ),
  modelled(
    "tcp_proxy",
    "filter state, own cluster, weighted clusters, unknown cluster (NC)",
    "filter state",
    "filter: unknown cluster",
  ),
  modelled(
    "tcp_proxy",
    "refused connect (UF,URX), no host (UH), upstream reset (UR)",
    "filter: refused connect",
    "filter: cluster without endpoints",
    "filter: server resets",
  ),
  modelled(
    "tcp_proxy",
    "connect timeout and idle timeout in virtual time",
    "connect timeout: ",
    "idle timeout: ",
  ),
  modelled("tcp_proxy", "early data: first bytes choose the cluster", "early data: "),
  modelled("tcp_proxy", "several attempts to connect, each with a choice of its own", "retry: "),
  modelled(
    "tcp_proxy",
    "maximum duration of a connection (DT), in virtual time",
    "maximum duration: ",
  ),
  missing("tcp_proxy", "on-demand clusters, circuit breakers, tunnelling"),
  modelled(
    "tcp_proxy",
    "PROXY protocol v1 and v2 towards the upstream, IP addresses",
    "filter: PROXY protocol",
  ),
  modelled(
    "Properties",
    "types, availability in each callback, IPv6, why a value is absent",
    "properties",
  ),
  modelled(
    "Properties",
    "connection.requested_server_name as tls_inspector reads it from a ClientHello",
    "server name: ",
  ),
  missing(
    "Properties",
    "xds.node, metadata of hosts and localities, upstream.local_address, TLS attributes",
  ),
  modelled(
    "Filter state",
    "all keys that set_envoy_filter_state takes, each status",
    "filter state, every answer",
  ),
  missing("Filter state", "effects of keys other than envoy.tcp_proxy.cluster"),
  modelled(
    "Calls",
    "HTTP: answers with trailers, Envoy's own answers (refused, no host, reset, timeout), cut off",
    "HTTP call: ",
  ),
  modelled("Calls", "gRPC: every way to fail, for calls and streams", "gRPC call: "),
  modelled(
    "Calls",
    "gRPC: servers that answer calls and streams, with metadata, status, trailers only, resets",
    "gRPC reply: ",
  ),
  missing(
    "Calls",
    "HTTP calls over HTTP/2; gRPC streams to servers that speak HTTP/1.1; order between the answers of several servers",
  ),
  modelled("Calls", "names that need no name server, answered within the call", "DNS: "),
  modelled(
    "Foreign functions",
    "compress and uncompress there and back, declare_property",
    "foreign functions",
    "declared properties",
  ),
  modelled(
    "Foreign functions",
    "verify_signature and sign with RSA (512 to 16384 bits) and P-224, P-256, P-384, P-521: every hash, keys in DER and PEM, good and bad",
    "signatures: ",
  ),
  modelled(
    "Foreign functions",
    "expr_create, expr_evaluate, expr_delete: more than 400 CEL expressions, over all attributes, and random ones",
    "CEL: ",
  ),
  missing(
    "Foreign functions",
    "CEL: attribute groups as a whole, messages, order in maps, comments, has() on what may be a list, methods called as functions, a bool as the index of a list, timestamps and escapes in short forms",
  ),
  missing(
    "Foreign functions",
    "bytes of what compress and ECDSA make (zlib-ng, a random number); DSA keys, PEM that is encrypted or has a header; fields of properties declared with a schema",
  ),
  modelled(
    "Buffers",
    "CallData: whatever was looked at last; where Envoy reads freed memory and dies",
    "call data: ",
  ),
  modelled("ABI", "functions of 0.1.0; contexts in every callback", "functions of", "contexts in"),
  modelled("Failure", "traps in each callback under FAIL_CLOSED and FAIL_OPEN, V8's texts", "trap"),
  modelled("Failure", "back-traces where the module has function names", "trap: back-trace"),
  modelled(
    "Failure",
    "a trap in the guest's allocator does not unwind the host call",
    "trap in the allocator",
  ),
  modelled(
    "Failure",
    "FAIL_RELOAD: backoff, new VM, reloads that fail, a backoff that kills Envoy",
    "reload: ",
  ),
  modelled(
    "Failure",
    "several plugins: whose VM fails, and what becomes of the others",
    "plugins, trap: ",
  ),
  modelled("Time", "ticks on the main thread's and the worker's VM, in virtual time", "tick: "),
  modelled(
    "Statistics",
    "wasmcustom, tcp_proxy's, the clusters', vm_reload: compared after every scenario",
    "filter: even source",
    "host calls of every family",
  ),
];
