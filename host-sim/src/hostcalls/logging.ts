/** Logging: spec chapter "Logging"; exports.cc log, get_log_level. */
import { LogLevel, Status } from "../abi.ts";
import { defineHostcall, enumOf, string, u32Out } from "./define.ts";

export const logging = [
  defineHostcall({
    name: "proxy_log",
    params: { level: enumOf(LogLevel), message: string },
    handle({ level, message }, context) {
      context.log(level, message);
      return Status.Ok;
    },
  }),
  defineHostcall({
    name: "proxy_get_log_level",
    abis: ["0.2.1"],
    results: { level: u32Out },
    handle: (_, context) => ({ level: context.logLevel() }),
  }),
];
