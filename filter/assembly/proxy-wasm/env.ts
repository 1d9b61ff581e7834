/**
 * Imports that @solo-io/proxy-runtime 0.1.8 lacks: proxy_get_log_level is new in ABI 0.2.1, and what
 * the package calls proxy_set_buffer_status is bound to proxy_get_buffer_status.
 * AssemblyScript takes the name of this file for the module that they are imported from.
 */

export declare function proxy_get_log_level(level: usize): u32;

export declare function proxy_set_buffer_bytes(
  type: i32,
  start: u32,
  length: u32,
  data: usize,
  size: usize,
): u32;
