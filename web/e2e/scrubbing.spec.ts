/** How smooth the playhead is over a long run; printed, since it depends on the machine. */
import { movePlayheads, quantile } from "./measures.ts";
import { test } from "./test.ts";

// A recording looks at the whole document at each move, which is most of a frame's time then.
test.use({ trace: "off" });

test("scrubbing and stepping", async ({ playground }) => {
  test.setTimeout(180_000);
  for (const { what, frames, work } of await movePlayheads(playground)) {
    const at = (part: number) => Math.round(quantile(frames, part));
    console.log(
      `max frame ms while ${what}: ${at(1)} (median ${at(0.5)}, 95 %: ${at(0.95)}, ${frames.length} frames), main thread ${work.toFixed(1)} ms a move`,
    );
  }
});
