/** Metrics: spec chapter "Metrics"; Envoy context.cc defineMetric … getMetric. */
import { Status } from "../abi.ts";
import { defineHostcall, i64, string, u32, u32Out, u64Out } from "./define.ts";

const MAX_METRIC_TYPE = 2;

export const metrics = [
  defineHostcall({
    name: "proxy_define_metric",
    params: { type: u32, name: string },
    results: { metric: u32Out },
    remark: "A new id at each call, also for a name that exists.",
    handle({ type, name }, context) {
      if (type > MAX_METRIC_TYPE) return Status.BadArgument;
      return { metric: context.vm.defineMetric(type, name.text()) };
    },
  }),
  defineHostcall({
    name: "proxy_increment_metric",
    params: { metric: u32, offset: i64 },
    handle: ({ metric, offset }, context) => context.vm.incrementMetric(metric, offset),
  }),
  defineHostcall({
    name: "proxy_record_metric",
    params: { metric: u32, value: i64 },
    handle: ({ metric, value }, context) => context.vm.recordMetric(metric, value),
  }),
  defineHostcall({
    name: "proxy_get_metric",
    params: { metric: u32 },
    results: { value: u64Out },
    handle({ metric }, context) {
      const value = context.vm.getMetric(metric);
      return typeof value === "bigint" ? { value } : value;
    },
  }),
];
