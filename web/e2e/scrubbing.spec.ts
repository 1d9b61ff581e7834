/** How smooth the playhead is over a long run; printed, since it depends on the machine. */
import { quantile, scrubLongTrace } from "./measures.ts";
import { test } from "./test.ts";

// A recording looks at the whole document at each move, which is most of a frame's time then.
test.use({ trace: "off" });

test("scrubbing a trace of 20,000 events", async ({ playground }) => {
  test.setTimeout(120_000);
  for (const { tab, frames } of await scrubLongTrace(playground)) {
    const at = (part: number) => Math.round(quantile(frames, part));
    console.log(
      `max frame ms while scrubbing a trace of 20,000 events: ${at(1)} (${tab} shown; median ${at(0.5)}, 95 %: ${at(0.95)}, ${frames.length} frames)`,
    );
  }
});
