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
