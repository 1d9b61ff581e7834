/**
 * The callbacks of the ABI, led to the contexts. A filter's entry file exports those that it uses
 * and no other: the host crosses into the guest for every one that is exported.
 * `proxy_on_context_create` and `proxy_on_delete` belong together, whatever else is used.
 *
 * A number that the host never announced finds no context. Such a callback does nothing and answers
 * what the host does by itself; a trap would end the VM for every other connection.
 */
import "./abort"; // bound by --use abort=...
import { FilterStatus, PeerType } from "./enums";
import { ContextTable, RootContext } from "./context";
import { enterCallback, leaveCallback } from "./memory";

export { malloc } from "./memory";

const contexts = new ContextTable();
let createRoot: (() => RootContext) | null = null;

/** Says how root contexts are made. To be called once, at the top level of the entry file. */
export function registerRoot(create: () => RootContext): void {
  createRoot = create;
}

/** Tells the host which version of the ABI the module speaks. It is never called. */
export function proxy_abi_version_0_2_1(): void {}

/** A root context if `parentId` is 0, else a connection under that root. */
export function proxy_on_context_create(id: u32, parentId: u32): void {
  enterCallback();
  if (parentId == 0) {
    const create = createRoot;
    if (create !== null) contexts.replace(id, create());
  } else {
    const root = contexts.find(parentId);
    if (root !== null) {
      const connection = root.openConnection();
      if (connection !== null) {
        contexts.replace(id, connection);
        connection.onCreate();
      }
    }
  }
  leaveCallback();
}

export function proxy_on_vm_start(rootId: u32, vmConfigurationSize: u32): u32 {
  enterCallback();
  const root = contexts.find(rootId);
  const started = root === null || root.onStart(vmConfigurationSize);
  leaveCallback();
  return started;
}

export function proxy_on_configure(rootId: u32, configurationSize: u32): u32 {
  enterCallback();
  const root = contexts.find(rootId);
  const accepted = root === null || root.onConfigure(configurationSize);
  leaveCallback();
  return accepted;
}

export function proxy_on_tick(rootId: u32): void {
  enterCallback();
  const root = contexts.find(rootId);
  if (root !== null) root.onTick();
  leaveCallback();
}

export function proxy_on_new_connection(id: u32): FilterStatus {
  enterCallback();
  const connection = contexts.find(id);
  const status = connection === null ? FilterStatus.Continue : connection.onNewConnection();
  leaveCallback();
  return status;
}

export function proxy_on_downstream_data(id: u32, size: u32, endOfStream: u32): FilterStatus {
  enterCallback();
  const connection = contexts.find(id);
  let status = FilterStatus.Continue;
  if (connection !== null) status = connection.onDownstreamData(size, endOfStream != 0);
  leaveCallback();
  return status;
}

export function proxy_on_upstream_data(id: u32, size: u32, endOfStream: u32): FilterStatus {
  enterCallback();
  const connection = contexts.find(id);
  let status = FilterStatus.Continue;
  if (connection !== null) status = connection.onUpstreamData(size, endOfStream != 0);
  leaveCallback();
  return status;
}

export function proxy_on_downstream_connection_close(id: u32, peer: PeerType): void {
  enterCallback();
  const connection = contexts.find(id);
  if (connection !== null) connection.onDownstreamClose(peer);
  leaveCallback();
}

export function proxy_on_upstream_connection_close(id: u32, peer: PeerType): void {
  enterCallback();
  const connection = contexts.find(id);
  if (connection !== null) connection.onUpstreamClose(peer);
  leaveCallback();
}

export function proxy_on_done(id: u32): u32 {
  enterCallback();
  const context = contexts.find(id);
  const done = context === null || context.onDone();
  leaveCallback();
  return done;
}

export function proxy_on_log(id: u32): void {
  enterCallback();
  const connection = contexts.find(id);
  if (connection !== null) connection.onLog();
  leaveCallback();
}

export function proxy_on_delete(id: u32): void {
  enterCallback();
  const context = contexts.remove(id);
  if (context !== null) {
    context.onDelete();
    context.giveBack();
  }
  leaveCallback();
}
