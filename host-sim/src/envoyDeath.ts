/** Thrown when the guest does what kills the Envoy process or hangs its worker; ends the run. */
export class EnvoyDeath extends Error {}

export const NO_ROOM_FOR_RESULT =
  "The guest's allocator gave no room for the result of a foreign function. Envoy 1.40 dies with a segmentation fault.";
