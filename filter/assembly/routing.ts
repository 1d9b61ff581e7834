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
  /** Next in the same bucket of a RouteTable. */
  next: Route | null = null;
  /** Next of the routes that stand for their length. */
  nextLength: Route | null = null;

  /** `first` is an address of the range, `position` the place in the list. */
  constructor(
    public source: IpRange,
    public first: IpAddress,
    public target: Target,
    public position: i32,
  ) {}
}

/**
 * Routes by prefix: a hash table that is asked once for each prefix length that occurs. So a decision
 * takes as long for 10,000 routes as for one of each length, and memory is a few words for a route.
 */
@final
export class RouteTable {
  private buckets: StaticArray<Route | null>;
  private lengths: Route | null = null;

  /** `count` is how many routes will be added. */
  constructor(count: i32) {
    let size = 1;
    while (size < count) size <<= 1;
    this.buckets = new StaticArray<Route | null>(size);
  }

  add(route: Route): void {
    let length = this.lengths;
    while (length !== null && !length.source.isAsLongAs(route.source)) length = length.nextLength;
    if (length === null) {
      route.nextLength = this.lengths;
      this.lengths = route;
    }
    const bucket = route.source.bucketOf(route.first, this.buckets.length - 1);
    route.next = unchecked(this.buckets[bucket]);
    unchecked((this.buckets[bucket] = route));
  }

  /** The first route of the list that holds `address`. */
  find(address: IpAddress): Route | null {
    let found: Route | null = null;
    let length = this.lengths;
    while (length !== null) {
      let route = unchecked(this.buckets[length.source.bucketOf(address, this.buckets.length - 1)]);
      while (route !== null) {
        // One of another length that happens to be here counts as well.
        if (found === null || route.position < found.position) {
          if (route.source.contains(address)) found = route;
        }
        route = route.next;
      }
      length = length.nextLength;
    }
    return found;
  }
}

/** The first route that holds `address` decides; if there is none, the last byte of the address. */
export function pickTarget(
  address: IpAddress,
  routes: RouteTable | null,
  clusters: StaticArray<Target>,
): Target {
  if (routes !== null) {
    const route = routes.find(address);
    if (route !== null) return route.target;
  }
  return unchecked(clusters[address.lastByte % clusters.length]);
}
