import { expect, it } from "vitest";
import { normalise } from "../parity/normalise.ts";

it("leaves out calls that only tell the time, with their returns", () => {
  const call = (name: string) => [
    `[vm->host] wasi_snapshot_preview1.${name}(1, 0, 1764432)`,
    `[vm<-host] wasi_snapshot_preview1.${name} return: 0`,
  ];
  expect(normalise(["clock_time_get", "random_get", "poll_oneoff"].flatMap(call))).toEqual([]);
  expect(normalise(call("clock_res_get"))).toHaveLength(2);
});

it("hides the addresses of a call and shows its other words", () => {
  expect(
    normalise([
      "[vm->host] env.proxy_get_property(2621504, 14, 2678840, 2678844)",
      "[vm->host] env.proxy_get_buffer_bytes(7, 0, 2147483647, 2621504, 2678840)",
      "[vm->host] env.proxy_increment_metric(4, 1000000)",
      "[vm->host] wasi_snapshot_preview1.fd_write(2, 1764304, 1, 1764300)",
      "[host->vm] proxy_on_memory_allocate(2)",
      "[host<-vm] proxy_on_memory_allocate return: 2678844",
      "[host<-vm] proxy_on_memory_allocate return: 0",
      "[host<-vm] proxy_on_vm_start return: 1",
    ]),
  ).toEqual([
    "[vm->host] env.proxy_get_property(*, 14, *, *)",
    "[vm->host] env.proxy_get_buffer_bytes(7, 0, 2147483647, *, *)",
    "[vm->host] env.proxy_increment_metric(4, 1000000)",
    "[vm->host] wasi_snapshot_preview1.fd_write(2, *, 1, *)",
    "[host->vm] proxy_on_memory_allocate(2)",
    "[host<-vm] proxy_on_memory_allocate return: *",
    "[host<-vm] proxy_on_memory_allocate return: 0",
    "[host<-vm] proxy_on_vm_start return: 1",
  ]);
});

it("hides what a panic prints of addresses, and no other text of a log", () => {
  expect(normalise(["wasm log v: gp=0x2821c0 m=0", "wasm log v: goroutine 1"])).toEqual([
    "wasm log v: gp=0x* m=0",
    "wasm log v: goroutine 1",
  ]);
  expect(normalise(["  0:  0x3d - main.go"])).toEqual(["  0:  0x3d - main.go"]);
});
