/** Thrown into the guest by the host; its message is Envoy's whole trap text. */
export class HostCallTrap extends Error {}

/** A trap that the scenario's `faults` put in place of a call. */
export class InjectedTrap extends HostCallTrap {
  constructor() {
    super("Uncaught RuntimeError: unreachable");
  }
}
