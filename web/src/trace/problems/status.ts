/** Host calls that failed, and nobody looked. */
import type { HostCall } from "wasmerang";
import { childrenOf, endOf } from "../callTree.ts";
import { isFailedCall } from "../describeCall.ts";
import { isRefusal, stops } from "../describeCallback.ts";
import type { Events } from "../memoize.ts";
import { at } from "../parts.ts";
import { code, warning, type Check } from "./problem.ts";

/** An answer, not a failure, for calls that ask. */
const asks = /get_|resolve|dequeue/;
const WARN = 3;

export const ignoredStatus: Check = {
  name: "failed host calls are noticed",
  find: ({ events, calls }) =>
    calls.flatMap((call) => {
      const isRefused = isFailedCall(call) || (call.status === "NotFound" && !asks.test(call.name));
      if (!isRefused || call.ended !== "returned" || call.status === undefined) return [];
      if (reacts(events, call)) return [];
      return [
        warning(
          call,
          `${call.status} of ${call.name.replace(/^proxy_/, "")} ignored`,
          [
            code(call.name),
            " answered ",
            code(call.status),
            ...at(call),
            call.note === undefined ? "." : ` (${call.note}).`,
            " The filter went on as after Ok: in this callback it logged no warning, closed nothing and did not stop.",
          ],
          [
            "Compare the answer with Ok (0), say what failed with ",
            code("proxy_log"),
            " at level warn, and choose: close, or go on knowingly.",
          ],
        ),
      ];
    }),
};

/** Whether the rest of the callback shows that the guest noticed. */
function reacts(events: Events, failed: HostCall): boolean {
  if (failed.parent === undefined) return true;
  const end = endOf(events, failed.parent);
  if (end?.kind !== "guestExit" || isRefusal(end) || stops(end)) return true;
  return childrenOf(events, failed.parent).some((call) => {
    if (call.kind !== "hostCall" || call.seq < failed.seq) return false;
    if (call.name === "proxy_close_stream") return true;
    const level = call.args[0]?.value;
    return call.name === "proxy_log" && level?.kind === "enum" && level.number >= WARN;
  });
}
