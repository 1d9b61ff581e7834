/**
 * Contexts: a root context for each plugin configuration, and under it one for each connection.
 * A filter extends RootContext and ConnectionContext and overrides what it needs.
 */
import { FilterStatus, PeerType } from "./enums";

/** All callbacks of TCP. One that a context does not override answers what changes nothing. */
export abstract class Context {
  /** The host's number of this context. */
  id: u32 = 0;
  /** Next in the same bucket of a ContextTable. */
  next: Context | null = null;

  // Of a root context.

  onStart(_vmConfigurationSize: u32): bool {
    return true;
  }

  /** False refuses the configuration; the host then does not use the plugin. */
  onConfigure(_configurationSize: u32): bool {
    return true;
  }

  onTick(): void {}

  /** The object for a new connection under this root. */
  openConnection(): ConnectionContext | null {
    return null;
  }

  // Of a connection.

  /** The connection exists. Fields of an own class start here, as objects are used again. */
  onCreate(): void {}

  onNewConnection(): FilterStatus {
    return FilterStatus.Continue;
  }

  /** `size` bytes wait in the buffer, the ones held back before included. */
  onDownstreamData(_size: u32, _endOfStream: bool): FilterStatus {
    return FilterStatus.Continue;
  }

  onUpstreamData(_size: u32, _endOfStream: bool): FilterStatus {
    return FilterStatus.Continue;
  }

  onDownstreamClose(_peer: PeerType): void {}

  onUpstreamClose(_peer: PeerType): void {}

  onLog(): void {}

  // Of both.

  /** Envoy ignores the answer for a connection. */
  onDone(): bool {
    return true;
  }

  /** The host has no more callbacks for this context after this one. */
  onDelete(): void {}

  /** Called after `onDelete`: the object is free for another context. */
  giveBack(): void {}
}

/**
 * One connection. Its object goes back to its root when it is deleted and serves a later connection,
 * so memory follows the number of open connections, not of all.
 */
export abstract class ConnectionContext extends Context {
  /** Next of the root's unused objects. */
  nextUnused: ConnectionContext | null = null;

  constructor(private root: RootContext) {
    super();
  }

  giveBack(): void {
    this.root.release(this);
  }
}

/** One plugin configuration. Several can live in one VM: each has connections of its own. */
export abstract class RootContext extends Context {
  private unused: ConnectionContext | null = null;

  /** Makes an object for a connection. */
  abstract createConnection(): ConnectionContext;

  /** An object that served before, or a new one. */
  openConnection(): ConnectionContext | null {
    const unused = this.unused;
    if (unused === null) return this.createConnection();
    this.unused = unused.nextUnused;
    return unused;
  }

  /** Takes back what `openConnection` gave. */
  release(connection: ConnectionContext): void {
    connection.nextUnused = this.unused;
    this.unused = connection;
  }
}

/**
 * Contexts by their number. Finding, adding and removing take the same time however many there are
 * (numbers are given one after the other, so they spread evenly over the buckets).
 */
@final
export class ContextTable {
  private buckets: StaticArray<Context | null> = new StaticArray<Context | null>(16);
  private count: i32 = 0;

  find(id: u32): Context | null {
    let context = this.head(id);
    while (context !== null && context.id != id) context = context.next;
    return context;
  }

  /** Puts a context in; one that had the same number is out then. */
  replace(id: u32, context: Context): void {
    this.remove(id);
    if (++this.count > this.buckets.length) this.grow();
    context.id = id;
    this.link(context);
  }

  /** Takes a context out and returns it. */
  remove(id: u32): Context | null {
    let before: Context | null = null;
    let context = this.head(id);
    while (context !== null && context.id != id) {
      before = context;
      context = context.next;
    }
    if (context === null) return null;
    if (before === null) this.setHead(id, context.next);
    else before.next = context.next;
    context.next = null;
    this.count--;
    return context;
  }

  // @ts-ignore: decorator
  @inline
  private head(id: u32): Context | null {
    return unchecked(this.buckets[id & (this.buckets.length - 1)]);
  }

  // @ts-ignore: decorator
  @inline
  private setHead(id: u32, context: Context | null): void {
    unchecked((this.buckets[id & (this.buckets.length - 1)] = context));
  }

  private link(context: Context): void {
    context.next = this.head(context.id);
    this.setHead(context.id, context);
  }

  private grow(): void {
    const old = this.buckets;
    this.buckets = new StaticArray<Context | null>(old.length * 2);
    for (let i = 0; i < old.length; i++) {
      let context = unchecked(old[i]);
      while (context !== null) {
        const next = context.next;
        this.link(context);
        context = next;
      }
    }
  }
}
