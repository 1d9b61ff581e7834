/**
 * Host calls of a TCP filter. Each returns the host's status and never throws: an exception would
 * end the VM for every connection of the worker. Results go into the objects that are passed in.
 */
import {
  proxy_call_foreign_function,
  proxy_close_stream,
  proxy_continue_stream,
  proxy_define_metric,
  proxy_get_buffer_bytes,
  proxy_get_current_time_nanoseconds,
  proxy_get_property,
  proxy_increment_metric,
  proxy_log,
  proxy_record_metric,
  proxy_set_effective_context,
  proxy_set_tick_period_milliseconds,
} from "@solo-io/proxy-runtime/assembly/imports";
import { proxy_get_log_level, proxy_set_buffer_bytes } from "./env";
import { BufferType, LogLevel, MetricType, Status, StreamType } from "./enums";
import {
  addressOf,
  ByteWriter,
  clearResult,
  RESULT_ADDRESS,
  RESULT_LENGTH,
  resultU32,
  resultU64,
  Slice,
} from "./memory";

/** A number that a host call returns. */
@final
export class NumberResult {
  value: u64 = 0;
}

/** Writes one line into the host's log. */
export function log(level: LogLevel, line: ByteWriter): Status {
  return <Status>proxy_log(level, line.address, line.length);
}

/**
 * True if the host's log lets lines of `level` through, so that a line need not be put together for
 * nothing. Asked each time because operators change the level at run time. Must not be called before
 * the VM has started (Envoy allows proxy_log there, but not this). When in doubt, yes.
 */
export function isLogged(level: LogLevel): bool {
  clearResult();
  if (<Status>proxy_get_log_level(RESULT_ADDRESS) != Status.Ok) return true;
  return <u32>level >= resultU32();
}

/** Reads a property. `path` has its parts separated by NUL. The value lives until the callback ends. */
export function getProperty(path: StaticArray<u8>, value: Slice): Status {
  clearResult();
  return valueOf(
    proxy_get_property(addressOf(path), path.length, RESULT_ADDRESS, RESULT_LENGTH),
    value,
  );
}

/** Reads bytes of a buffer. The value lives until the callback ends. */
export function getBufferBytes(type: BufferType, start: u32, length: u32, value: Slice): Status {
  clearResult();
  return valueOf(proxy_get_buffer_bytes(type, start, length, RESULT_ADDRESS, RESULT_LENGTH), value);
}

/** Replaces bytes of a buffer; see the specification for what `start` and `length` mean. */
export function setBufferBytes(type: BufferType, start: u32, length: u32, data: Slice): Status {
  return <Status>proxy_set_buffer_bytes(type, start, length, data.address, data.length);
}

/** Calls a function that is no part of the ABI. Argument and result are bytes. */
export function callForeignFunction(name: StaticArray<u8>, argument: Slice, result: Slice): Status {
  clearResult();
  return valueOf(
    proxy_call_foreign_function(
      addressOf(name),
      name.length,
      argument.address,
      argument.length,
      RESULT_ADDRESS,
      RESULT_LENGTH,
    ),
    result,
  );
}

/** Goes on after StopIteration. */
export function continueStream(type: StreamType): Status {
  return <Status>proxy_continue_stream(type);
}

/** Closes a connection, once the callback has returned. */
export function closeStream(type: StreamType): Status {
  return <Status>proxy_close_stream(type);
}

/** Defines a metric, or finds the one that has this name; `id` is set on Ok. */
export function defineMetric(type: MetricType, name: ByteWriter, id: NumberResult): Status {
  clearResult();
  const status = <Status>proxy_define_metric(type, name.address, name.length, RESULT_ADDRESS);
  if (status == Status.Ok) id.value = resultU32();
  return status;
}

export function incrementMetric(id: u32, by: i64): Status {
  return <Status>proxy_increment_metric(id, by);
}

export function recordMetric(id: u32, value: u64): Status {
  return <Status>proxy_record_metric(id, value);
}

/** Nanoseconds since 1970; `now` is set on Ok. */
export function getCurrentTime(now: NumberResult): Status {
  clearResult();
  const status = <Status>proxy_get_current_time_nanoseconds(RESULT_ADDRESS);
  if (status == Status.Ok) now.value = resultU64();
  return status;
}

/** Asks for proxy_on_tick every `milliseconds`; 0 ends it. */
export function setTickPeriod(milliseconds: u32): Status {
  return <Status>proxy_set_tick_period_milliseconds(milliseconds);
}

/** Makes the host calls that follow in this callback act on another context. */
export function setEffectiveContext(contextId: u32): Status {
  return <Status>proxy_set_effective_context(contextId);
}

/** Takes the value that the host returned; a value outside of memory counts as InvalidMemoryAccess. */
function valueOf(status: u32, value: Slice): Status {
  if (<Status>status != Status.Ok) {
    value.clear();
    return <Status>status;
  }
  return value.viewResult() ? Status.Ok : Status.InvalidMemoryAccess;
}
