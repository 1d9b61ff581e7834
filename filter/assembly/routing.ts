/** From a source address to a target: the rule itself. Pure. */
import { IpAddress, IpRange } from "./address";

/** A cluster that connections can be sent to. Several positions and routes may share one. */
@final
export class Target {
  /**
   * What the host call needs, made once: in mode standalone the whole argument, in mode istio what
   * follows the port in the cluster's name.
   */
  template: StaticArray<u8>;
  /** Position among all targets of a configuration. */
  index: i32 = 0;
  /** Next of all targets of a configuration. */
  next: Target | null = null;
  /** Next of those with the same hash. */
  nextInBucket: Target | null = null;

  /** `name` is the short name of the configuration. */
  constructor(
    public name: StaticArray<u8>,
    template: StaticArray<u8>,
  ) {
    this.template = template;
  }
}

// The table for `find` is needed only while a configuration is read, so all lists share it.
const BUCKETS = 256;
const buckets = new StaticArray<Target | null>(BUCKETS);

/** The targets of one configuration, each name once. Only one list is filled at a time. */
@final
export class TargetList {
  first: Target | null = null;
  count: i32 = 0;
  private last: Target | null = null;

  constructor() {
    for (let i = 0; i < BUCKETS; i++) unchecked((buckets[i] = null));
  }

  find(name: StaticArray<u8>): Target | null {
    let target = unchecked(buckets[hash(name) & (BUCKETS - 1)]);
    while (target !== null && !areEqual(target.name, name)) target = target.nextInBucket;
    return target;
  }

  /** Adds a target whose name `find` does not know. */
  add(name: StaticArray<u8>, template: StaticArray<u8>): Target {
    const target = new Target(name, template);
    const bucket = hash(name) & (BUCKETS - 1);
    target.nextInBucket = unchecked(buckets[bucket]);
    unchecked((buckets[bucket] = target));
    const last = this.last;
    if (last === null) this.first = target;
    else last.next = target;
    this.last = target;
    target.index = this.count++;
    return target;
  }
}

/** FNV-1a. */
function hash(bytes: StaticArray<u8>): u32 {
  let hash: u32 = 0x811c9dc5;
  for (let i = 0; i < bytes.length; i++) hash = (hash ^ unchecked(bytes[i])) * 0x01000193;
  return hash;
}

function areEqual(a: StaticArray<u8>, b: StaticArray<u8>): bool {
  if (a.length != b.length) return false;
  for (let i = 0; i < a.length; i++) if (unchecked(a[i]) != unchecked(b[i])) return false;
  return true;
}

/** An entry of `routes`. */
@final
export class Route {
  next: Route | null = null;

  constructor(
    public source: IpRange,
    public target: Target,
  ) {}
}

/** The first route that holds `address` decides; if there is none, the last byte of the address. */
export function pickTarget(
  address: IpAddress,
  routes: Route | null,
  clusters: StaticArray<Target>,
): Target {
  let route = routes;
  while (route !== null) {
    if (route.source.contains(address)) return route.target;
    route = route.next;
  }
  return unchecked(clusters[address.lastByte % clusters.length]);
}
