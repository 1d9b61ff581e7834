/** Time: spec chapters "Clocks" and "Timers"; exports.cc get_current_time_nanoseconds, set_tick_period. */
import { Status } from "../abi.ts";
import { defineHostcall, u32, u64Out } from "./define.ts";

export const clock = [
  defineHostcall({
    name: "proxy_get_current_time_nanoseconds",
    results: { time: u64Out },
    handle: (_, context) => ({ time: context.vm.now() }),
  }),
  defineHostcall({
    name: "proxy_set_tick_period_milliseconds",
    params: { period: u32 },
    handle({ period }, context) {
      context.setTickPeriod(period);
      return Status.Ok;
    },
  }),
];
