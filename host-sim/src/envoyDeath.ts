/** Thrown when the guest does what kills the Envoy process; ends the run. */
export class EnvoyDeath extends Error {}
