/** Metrics: spec chapter "Metrics"; Envoy context.cc defineMetric … getMetric. */
import { MetricType, Status } from "../abi.ts";
import { defineHostcall, i64, nameIn, string, u32, u32Out, u64Out } from "./define.ts";

export const metrics = [
  defineHostcall({
    name: "proxy_define_metric",
    params: { type: nameIn(MetricType), name: string },
    results: { metric: u32Out },
    remark: "A new id at each call, also for a name that exists.",
    handle({ type, name }, context) {
      if (type > MetricType.Histogram) return Status.BadArgument;
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
