/** envoy_resolve_dns (Envoy wasm.cc, resolve_dns; context.cc, onResolveDns; c-ares). */
import { formatAddress, parseAddress } from "./address.ts";
import type { Context } from "./context.ts";
import { parseIp } from "./ip.ts";

type Answer =
  /** Undefined: resolving failed. */
  | { readonly at: "once"; readonly addresses: readonly string[] | undefined }
  | { readonly at: "later"; readonly addresses: readonly string[] };

const BAD_CHARACTER = /[^A-Za-z0-9._/*-]/;
const MAX_LABEL = 63;

/** What c-ares answers, and whether it needs a name server for it. */
export function resolveName(
  name: string,
  known: Readonly<Record<string, readonly string[]>>,
): Answer {
  const lower = name.toLowerCase();
  if (parseIp(name)) return { at: "once", addresses: [name] };
  if (lower === "localhost" || lower.endsWith(".localhost")) {
    return { at: "once", addresses: ["::1"] };
  }
  const labels = name.replace(/\.$/, "").split(".");
  const isName = labels.every((it) => it.length <= MAX_LABEL && (it !== "" || labels.length === 1));
  if (BAD_CHARACTER.test(name) || !isName) return { at: "once", addresses: undefined };
  if (/\.onion\.?$/.test(lower)) return { at: "once", addresses: [] };
  return { at: "later", addresses: Object.hasOwn(known, name) ? (known[name] ?? []) : [] };
}

/** IPv6 is asked for first, IPv4 only without it (DnsLookupFamily Auto). */
function preferred(addresses: readonly string[]): readonly string[] {
  const v6 = addresses.filter((it) => it.includes(":"));
  return v6.length > 0 ? v6 : addresses;
}

/** Count, a TTL of 0 for each, then each address with port 0 and a NUL behind it. */
function encodeAddresses(addresses: readonly string[]): Uint8Array {
  const lines = addresses.map((it) => {
    const address = parseAddress(it.includes(":") ? `[${it}]:0` : `${it}:0`);
    return `${address ? formatAddress(address) : ""}\0`;
  });
  const text = new TextEncoder().encode(lines.join(""));
  const bytes = new Uint8Array(4 + 4 * addresses.length + text.length);
  new DataView(bytes.buffer).setUint32(0, addresses.length, true);
  bytes.set(text, 4 + 4 * addresses.length);
  return bytes;
}

/** Calls envoy_on_resolve_dns of the plugin: within the host call, or later at this moment. */
export function resolveDns(root: Context, name: string, token: number): void {
  const { vm } = root;
  const { loop, scenario } = vm.process;
  const answer = resolveName(name, scenario.dns ?? {});
  const call = () => {
    // Envoy does what was deferred here even without a callback, in the middle of the host call.
    if (vm.failed || !vm.guest.has("envoy_on_resolve_dns")) return vm.runDeferred();
    const payload = answer.addresses && encodeAddresses(preferred(answer.addresses));
    root.setCallData(payload ?? new Uint8Array(0));
    vm.callRoot(root, "envoy_on_resolve_dns", token, payload?.length ?? 0);
  };
  if (answer.at === "once") call();
  // The canary is gone before a name server answers.
  else if (vm.name !== "canary") loop.arrive(call);
}
