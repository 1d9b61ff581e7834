/// <reference types="vite/client" />

/** V8's own property, which host-sim sets; Node's types know it, the browser's do not. */
interface ErrorConstructor {
  stackTraceLimit: number;
}
