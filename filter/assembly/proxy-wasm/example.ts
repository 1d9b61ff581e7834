/**
 * Another filter on this layer: it answers PING, and closes connections that send too much.
 * It is no part of the build; filter/test/layer.test.ts compiles and plays it.
 */
import { registerRoot } from "./callbacks";
import { ConnectionContext, RootContext } from "./context";
import { Counter } from "./counter";
import {
  BufferType,
  FilterStatus,
  LogLevel,
  MetricType,
  PeerType,
  Status,
  StreamType,
} from "./enums";
import {
  closeStream,
  continueStream,
  defineMetric,
  getBufferBytes,
  getCurrentTime,
  isLogged,
  log,
  NumberResult,
  recordMetric,
  setBufferBytes,
  setEffectiveContext,
  setTickPeriod,
} from "./host";
import { asciiBytes, ByteWriter, Slice } from "./memory";

const MOST_BYTES: u32 = 1024;
const NANOSECONDS_PER_MILLISECOND = 1_000_000;
const PONG = asciiBytes("PONG");

const line = new ByteWriter();
const bytes = new Slice();
const now = new NumberResult();

class LimitRoot extends RootContext {
  refused: Counter = new Counter();
  duration: NumberResult = new NumberResult();
  /** A connection that waits for the next tick, or 0. */
  waiting: u32 = 0;

  onStart(_size: u32): bool {
    return setTickPeriod(1000) == Status.Ok;
  }

  onConfigure(_size: u32): bool {
    if (this.refused.define(line.clear().ascii("limit_refused")) != Status.Ok) return false;
    const name = line.clear().ascii("limit_duration_ms");
    return defineMetric(MetricType.Histogram, name, this.duration) == Status.Ok;
  }

  /** Lets the connection go on that was held. */
  onTick(): void {
    if (this.waiting == 0 || setEffectiveContext(this.waiting) != Status.Ok) return;
    if (continueStream(StreamType.Downstream) == Status.Ok) this.waiting = 0;
  }

  createConnection(): ConnectionContext {
    return new LimitConnection(this);
  }
}

class LimitConnection extends ConnectionContext {
  private received: u32 = 0;
  private startedAt: u64 = 0;
  private closedBy: PeerType = PeerType.Unknown;

  constructor(private plugin: LimitRoot) {
    super(plugin);
  }

  onCreate(): void {
    this.received = 0;
    this.closedBy = PeerType.Unknown;
    if (getCurrentTime(now) == Status.Ok) this.startedAt = now.value;
  }

  onNewConnection(): FilterStatus {
    this.plugin.waiting = this.id;
    return FilterStatus.StopIteration;
  }

  onDownstreamData(size: u32, _endOfStream: bool): FilterStatus {
    this.received += size;
    if (this.received > MOST_BYTES) {
      this.plugin.refused.increment();
      closeStream(StreamType.Downstream);
      return FilterStatus.StopIteration;
    }
    const type = BufferType.NetworkDownstreamData;
    if (getBufferBytes(type, 0, 4, bytes) == Status.Ok && bytes.equalsWord("PING", 0)) {
      setBufferBytes(type, 0, 4, bytes.viewArray(PONG));
    }
    return FilterStatus.Continue;
  }

  onUpstreamData(_size: u32, endOfStream: bool): FilterStatus {
    return endOfStream ? FilterStatus.Continue : FilterStatus.StopIteration;
  }

  onUpstreamClose(peer: PeerType): void {
    this.closedBy = peer;
  }

  onDownstreamClose(peer: PeerType): void {
    this.closedBy = peer;
  }

  onLog(): void {
    if (getCurrentTime(now) != Status.Ok) return;
    const milliseconds = (now.value - this.startedAt) / NANOSECONDS_PER_MILLISECOND;
    recordMetric(<u32>this.plugin.duration.value, milliseconds);
    if (!isLogged(LogLevel.Info)) return;
    line.clear().decimal(this.received).ascii(" bytes, closed by ").decimal(this.closedBy);
    log(LogLevel.Info, line);
  }
}

registerRoot(() => new LimitRoot());

export * from "./callbacks";
