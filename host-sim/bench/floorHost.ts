/**
 * The smallest host that can run the Wasmerang filter: what a tuned embedder of this one module
 * would write by hand. It checks nothing, knows no other module, keeps no trace. What it costs is
 * the floor that the simulator is measured against.
 */

/** Length of the path `source\0address`; the only other path that the filter reads is longer. */
const SOURCE_ADDRESS_LENGTH = 14;

/** The callbacks of the filter; it exports no others. */
interface FilterExports {
  readonly memory: WebAssembly.Memory;
  malloc(size: number): number;
  _initialize(): void;
  proxy_on_context_create(id: number, parent: number): void;
  proxy_on_configure(id: number, size: number): number;
  proxy_on_new_connection(id: number): number;
  proxy_on_delete(id: number): void;
}

/** What one run of the filter did, to prove that the same work is measured. */
export interface FloorHost {
  /** Opens and ends a connection; answers the cluster that the filter set. */
  connect(source: string): string;
  readonly logLines: number;
  /** By metric id. */
  readonly counters: readonly number[];
  /** The guest's linear memory. */
  readonly memoryBytes: number;
}

/** Instantiates the module and configures it; throws if it refuses or needs another host call. */
export function createFloorHost(module: WebAssembly.Module, configuration: string): FloorHost {
  let bytes = new Uint8Array(0);
  let words = new DataView(bytes.buffer);
  let source = "";
  let cluster = "";
  let logLines = 0;
  let lastLine = bytes;
  const counters: number[] = [];
  let nextId = 2;

  /** A memory that has grown has a new buffer. */
  function refresh(): void {
    if (bytes.length !== 0) return;
    bytes = new Uint8Array(exports.memory.buffer);
    words = new DataView(exports.memory.buffer);
  }

  function give(text: string, pointerAt: number, sizeAt: number): number {
    const pointer = exports.malloc(text.length);
    refresh();
    for (let i = 0; i < text.length; i++) bytes[pointer + i] = text.charCodeAt(i);
    words.setUint32(pointerAt, pointer, true);
    words.setUint32(sizeAt, text.length, true);
    return 0;
  }

  const env = {
    proxy_log(_level: number, pointer: number, size: number): number {
      refresh();
      lastLine = bytes.slice(pointer, pointer + size);
      logLines++;
      return 0;
    },
    proxy_get_log_level(levelAt: number): number {
      refresh();
      words.setUint32(levelAt, 2, true);
      return 0;
    },
    proxy_get_property(_path: number, length: number, pointerAt: number, sizeAt: number): number {
      return length === SOURCE_ADDRESS_LENGTH ? give(source, pointerAt, sizeAt) : 1;
    },
    proxy_get_buffer_bytes(
      _type: number,
      _start: number,
      _length: number,
      pointerAt: number,
      sizeAt: number,
    ): number {
      return give(configuration, pointerAt, sizeAt);
    },
    proxy_define_metric(_type: number, _name: number, _size: number, idAt: number): number {
      refresh();
      words.setUint32(idAt, counters.push(0) - 1, true);
      return 0;
    },
    proxy_increment_metric(id: number, by: bigint): number {
      counters[id] = (counters[id] ?? 0) + Number(by);
      return 0;
    },
    proxy_call_foreign_function(
      _name: number,
      _nameSize: number,
      argument: number,
      _argumentSize: number,
      pointerAt: number,
      sizeAt: number,
    ): number {
      refresh();
      // SetEnvoyFilterStateArguments: path, then value; no length here needs a second byte.
      const value = argument + 2 + (bytes[argument + 1] ?? 0);
      const length = bytes[value + 1] ?? 0;
      cluster = "";
      for (let i = 0; i < length; i++) cluster += String.fromCharCode(bytes[value + 2 + i] ?? 0);
      words.setUint32(pointerAt, 0, true);
      words.setUint32(sizeAt, 0, true);
      return 0;
    },
    proxy_close_stream: (): number => 0,
  };

  const exports = new WebAssembly.Instance(module, { env }).exports as unknown as FilterExports;
  exports._initialize();
  exports.proxy_on_context_create(1, 0);
  if (exports.proxy_on_configure(1, configuration.length) !== 1) {
    throw new Error(`The filter refused: ${String.fromCharCode(...lastLine)}`);
  }

  return {
    connect(from) {
      source = from;
      const id = nextId++;
      exports.proxy_on_context_create(id, 1);
      exports.proxy_on_new_connection(id);
      exports.proxy_on_delete(id);
      return cluster;
    },
    get logLines() {
      return logLines;
    },
    counters,
    get memoryBytes() {
      return exports.memory.buffer.byteLength;
    },
  };
}
