/**
 * Waits without sleeping: a byte that comes back through Envoy's worker proves that the worker has
 * handled every event before it. Repeated until nobody has anything more to do.
 */
import { connect, type Socket } from "node:net";

/** Rounds without any change before all is taken as quiet. */
const QUIET_ROUNDS = 3;
const BARRIER_TIMEOUT_MS = 60_000;

/** The worker is alive and does not answer: something in it goes on for ever. */
export class WorkerHangs extends Error {}

export interface Barrier {
  /** Resolves when `activity` has not changed during several round trips. */
  readonly settle: (activity: () => number) => Promise<void>;
  /** Resolves when the worker has handled every event before; rejects where `settle` does. */
  readonly roundTrip: () => Promise<void>;
  readonly close: () => void;
}

export async function openBarrier(port: number): Promise<Barrier> {
  const socket = await connected(port);
  let answered: (() => void) | undefined;
  let failed: ((error: Error) => void) | undefined;
  socket.on("data", () => answered?.());
  socket.on("error", (error) => failed?.(error));
  socket.on("close", () => failed?.(new Error("Envoy closed the barrier connection")));

  const trip = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(
        () =>
          reject(new WorkerHangs(`Envoy's worker has not answered for ${BARRIER_TIMEOUT_MS} ms`)),
        BARRIER_TIMEOUT_MS,
      );
      const end = (then: () => void) => (): void => {
        clearTimeout(timer);
        then();
      };
      answered = end(resolve);
      failed = (error) => end(() => reject(error))();
      socket.write("b");
    });
  let last: Promise<void> = Promise.resolve();
  /** One after the other: there is one byte on the way at a time. */
  const roundTrip = (): Promise<void> => (last = last.then(trip));
  /** Lets this process handle what its own sockets have received. */
  const pollOwnSockets = async (): Promise<void> => {
    for (let i = 0; i < 2; i++) await new Promise((resolve) => setImmediate(resolve));
  };

  return {
    roundTrip,
    settle: async (activity) => {
      let seen = -1;
      for (let quiet = 0; quiet < QUIET_ROUNDS;) {
        await roundTrip();
        await pollOwnSockets();
        const now = activity();
        quiet = now === seen ? quiet + 1 : 0;
        seen = now;
      }
    },
    close: () => {
      failed = undefined;
      socket.destroy();
    },
  };
}

function connected(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true });
    socket.once("connect", () => resolve(socket));
    socket.once("error", reject);
  });
}
