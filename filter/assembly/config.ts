/** The plugin configuration: what it may say, and what is wrong with it if it is refused. Pure. */
import { IpAddress, IpRange, readPort, readRange } from "./address";
import { Kind, Value } from "./configValue";
import { writeClusterState, writeIstioNameRest } from "./filterState";
import { isSpace, readJson } from "./json";
import { asciiBytes, ByteWriter, Slice } from "./proxy-wasm/memory";
import { Route, RouteTable, Target, TargetList } from "./routing";
import { readStruct } from "./struct";

/** A configuration that was accepted. */
@final
export class Config {
  isIstio: bool = false;
  /** What becomes of a connection without a decision: closed, or left to tcp_proxy's own cluster. */
  closesUndecided: bool = false;
  /** By the last byte of the source; a name that is listed twice is the same target twice. */
  clusters: StaticArray<Target> = new StaticArray<Target>(0);
  routes: RouteTable | null = null;
  /** By destination port: the port in the name of the cluster, 0 where none is listed. */
  ports: StaticArray<u16> | null = null;
  /** Every target once, those of `clusters` first. */
  targets: TargetList = new TargetList();

  /** The port in the name of the cluster, for a connection to `port`. */
  mappedPort(port: u32): u32 {
    const ports = this.ports;
    if (ports === null) return port;
    const mapped: u32 = unchecked(ports[port]);
    return mapped == 0 ? port : mapped;
  }
}

// Fields by their position in the lists below.
const MODE = 0;
const CLUSTERS = 1;
const NAMESPACE = 2;
const PORTS = 3;
const ROUTES = 4;
const ON_UNDECIDED = 5;
const CONFIG_FIELDS = "mode clusters namespace ports routes onUndecided";
const CONFIG_FIELD_COUNT = 6;

const SOURCE = 0;
const CLUSTER = 1;
const ROUTE_FIELDS = "source cluster";
const ROUTE_FIELD_COUNT = 2;

const DEFAULT_NAMESPACE = asciiBytes("default");
const EGRESS1 = asciiBytes("egress1");
const EGRESS2 = asciiBytes("egress2");

/** Words of a field; the first is its default. */
const MODES = "standalone istio";
const ENDS = "continue close";

const NOT_A_NAME = ": must be a string that is not empty";
const NOT_PORTS = ": both ports must be whole numbers from 1 to 65535";
const GIVEN_TWICE = ": given twice";

/** Reads what the host holds as configuration. On null, `error` says what is wrong and where. */
export function readConfig(bytes: Slice, error: ByteWriter): Config | null {
  return new ConfigReader(error).read(bytes);
}

// Used again for every configuration.
const view = new Slice();
const template = new ByteWriter();

@final
class ConfigReader {
  private config: Config = new Config();
  private namespace: StaticArray<u8> = DEFAULT_NAMESPACE;

  constructor(private error: ByteWriter) {}

  read(bytes: Slice): Config | null {
    // No bytes at all are the Struct without fields, and so the defaults.
    const struct = readStruct(bytes);
    if (struct !== null) return this.object(struct) ? this.config : null;

    let start: u32 = 0;
    let end = bytes.length;
    while (start < end && isSpace(bytes.at(start))) start++;
    while (end > start && isSpace(bytes.at(end - 1))) end--;
    const text = view.viewPart(bytes, start, end - start);
    if (text.length == 0 || text.equalsWord(MODES, 0)) return this.defaults(false);
    if (text.equalsWord(MODES, 1)) return this.defaults(true);
    if (text.at(0) != 0x7b) {
      this.error.ascii("byte ").decimal(start);
      this.error.ascii(": expected ").ascii("standalone, istio or a JSON object");
      return null;
    }
    const json = readJson(bytes, this.error);
    return json !== null && this.object(json) ? this.config : null;
  }

  private defaults(isIstio: bool): Config {
    this.config.isIstio = isIstio;
    this.clusters(null);
    return this.config;
  }

  /** Fields in the order in which they depend on each other; the first error ends it. */
  private object(object: Value): bool {
    const fields = this.fields(object, CONFIG_FIELDS, CONFIG_FIELD_COUNT);
    if (fields === null) return false;
    const config = this.config;
    const mode = choose(unchecked(fields[MODE]), MODES);
    if (mode < 0) return this.refuse(MODE, ': must be "standalone" or "istio"');
    config.isIstio = mode == 1;
    const namespace = unchecked(fields[NAMESPACE]);
    if (namespace !== null) {
      if (!isName(namespace)) return this.refuse(NAMESPACE, NOT_A_NAME);
      this.namespace = namespace.text;
    }
    if (!this.clusters(unchecked(fields[CLUSTERS]))) return false;
    if (!this.ports(unchecked(fields[PORTS]))) return false;
    if (!this.routes(unchecked(fields[ROUTES]))) return false;
    const onUndecided = choose(unchecked(fields[ON_UNDECIDED]), ENDS);
    if (onUndecided < 0) return this.refuse(ON_UNDECIDED, ': must be "continue" or "close"');
    config.closesUndecided = onUndecided == 1;
    return true;
  }

  /**
   * The members of `object` by their position in `known`, null where one is absent. Null in all if
   * there is a member that is not known or is given twice; its name is then added to `error`.
   */
  private fields(object: Value, known: string, count: u32): StaticArray<Value | null> | null {
    const fields = new StaticArray<Value | null>(count);
    let member = object.first;
    while (member !== null) {
      const name = view.viewArray(member.name);
      let index: u32 = 0;
      while (index < count && !name.equalsWord(known, index)) index++;
      if (index == count) {
        this.error.printable(name).ascii(": unknown field, known are ").ascii(known);
        return null;
      }
      if (unchecked(fields[index]) !== null) {
        this.error.printable(name).ascii(GIVEN_TWICE);
        return null;
      }
      unchecked((fields[index] = member));
      member = member.next;
    }
    return fields;
  }

  private clusters(value: Value | null): bool {
    const config = this.config;
    if (value === null) {
      config.clusters = new StaticArray<Target>(2);
      unchecked((config.clusters[0] = this.target(EGRESS1)));
      unchecked((config.clusters[1] = this.target(EGRESS2)));
      return true;
    }
    let count = 0;
    let item = value.kind == Kind.List ? value.first : null;
    while (item !== null) {
      if (!isName(item)) return this.refuseItem(CLUSTERS, count, NOT_A_NAME);
      count++;
      item = item.next;
    }
    if (count == 0) return this.refuse(CLUSTERS, ": must be a list of at least one name");
    config.clusters = new StaticArray<Target>(count);
    count = 0;
    let cluster = value.first;
    while (cluster !== null) {
      unchecked((config.clusters[count++] = this.target(cluster.text)));
      cluster = cluster.next;
    }
    return true;
  }

  private ports(value: Value | null): bool {
    if (value === null) return true;
    if (value.kind != Kind.Object) return this.refuse(PORTS, ": must be an object");
    const ports = new StaticArray<u16>(65536);
    let member = value.first;
    while (member !== null) {
      const name = view.viewArray(member.name);
      const from = readPort(name);
      const to = member.number;
      const isNumber = member.kind == Kind.Number && to >= 1 && to <= 65535 && trunc(to) == to;
      const isTwice = unchecked(ports[from]) != 0;
      if (from == 0 || !isNumber || isTwice) {
        this.error.word(CONFIG_FIELDS, PORTS).ascii("[").printable(name).ascii("]");
        this.error.ascii(isTwice ? GIVEN_TWICE : NOT_PORTS);
        return false;
      }
      unchecked((ports[from] = <u16>to));
      member = member.next;
    }
    this.config.ports = ports;
    return true;
  }

  private routes(value: Value | null): bool {
    if (value === null) return true;
    if (value.kind != Kind.List) return this.refuse(ROUTES, ": must be a list");
    let count = 0;
    let item = value.first;
    while (item !== null) {
      count++;
      item = item.next;
    }
    const routes = new RouteTable(count);
    let index = 0;
    item = value.first;
    while (item !== null) {
      this.refuseItem(ROUTES, index, "");
      const route = this.route(item, index++);
      if (route === null) return false;
      this.error.clear();
      routes.add(route);
      item = item.next;
    }
    this.config.routes = routes;
    return true;
  }

  /** Reads one route. `error` names it already, for the case that something is wrong. */
  private route(value: Value, position: i32): Route | null {
    if (value.kind != Kind.Object) {
      this.error.ascii(": must be an object with source and cluster");
      return null;
    }
    this.error.ascii(".");
    const fields = this.fields(value, ROUTE_FIELDS, ROUTE_FIELD_COUNT);
    if (fields === null) return null;
    const source = unchecked(fields[SOURCE]);
    // A value of another kind has no text, which is no range.
    const first = new IpAddress();
    let range: IpRange | null = null;
    if (source !== null) range = readRange(view.viewArray(source.text), first);
    if (range === null) {
      this.error.ascii("source: must be a range such as 10.1.0.0/16 or 2001:db8::/32");
      return null;
    }
    const cluster = unchecked(fields[CLUSTER]);
    if (cluster === null || !isName(cluster)) {
      this.error.ascii("cluster").ascii(NOT_A_NAME);
      return null;
    }
    return new Route(range, first, this.target(cluster.text), position);
  }

  /** The target of this name: one for all places where the name stands. */
  private target(name: StaticArray<u8>): Target {
    const config = this.config;
    const known = config.targets.find(name);
    if (known !== null) return known;
    if (config.isIstio) writeIstioNameRest(template, name, this.namespace);
    else writeClusterState(template, name);
    return config.targets.add(name, template.toArray());
  }

  /** Adds to `error` what is wrong with a field. */
  private refuse(field: u32, reason: string): bool {
    this.error.word(CONFIG_FIELDS, field).ascii(reason);
    return false;
  }

  private refuseItem(field: u32, index: u32, reason: string): bool {
    this.error.word(CONFIG_FIELDS, field).ascii("[").decimal(index).ascii("]").ascii(reason);
    return false;
  }
}

/** Which of the two words a field holds: 0, also if it is absent, or 1; -1 if neither. */
function choose(value: Value | null, words: string): i32 {
  if (value === null) return 0;
  // A value of another kind than a string has no text.
  const text = view.viewArray(value.text);
  return text.equalsWord(words, 0) ? 0 : text.equalsWord(words, 1) ? 1 : -1;
}

function isName(value: Value): bool {
  return value.kind == Kind.String && value.text.length > 0;
}
