import assert from "node:assert/strict";
import { test } from "node:test";
import { Arrivals } from "./arriving";
import type { ChangedSeat, SeatFacts } from "./facts";
import { seat } from "./samples";

function room(count: number) {
  const known = new Map<string, SeatFacts>();
  const frames: (() => void)[] = [];
  const put = (seats: readonly ChangedSeat[]) => {
    for (const each of seats)
      known.set(each.sitting, { ...known.get(each.sitting), ...each } as SeatFacts);
  };
  put(Array.from({ length: count }, (_, at) => seat({ sitting: `${at}`, status: "ready" })));
  const arrivals = new Arrivals(
    (sitting) => known.get(sitting),
    put,
    (act) => frames.push(act),
  );
  const isAt = (status: string) =>
    [...known.values()].filter((each) => each.status === status).length;
  return { known, frames, arrivals, isAt };
}

const told = (count: number, facts: Partial<SeatFacts>) =>
  Array.from({ length: count }, (_, at) => seat({ sitting: `${at}`, ...facts }));

/** Draw frames until nothing waits; returns how many. */
function drawAll(frames: (() => void)[]): number {
  let drawn = 0;
  for (let frame = frames.shift(); frame; frame = frames.shift()) {
    frame();
    drawn += 1;
  }
  return drawn;
}

test("a room that starts at once is drawn a few seats a frame, each once", () => {
  const { frames, arrivals, isAt } = room(10);
  arrivals.hear(told(10, { status: "running" }));
  assert.equal(isAt("running"), 3, "the first are drawn without waiting for a frame");
  assert.equal(drawAll(frames), 3);
  assert.equal(isAt("running"), 10);
});

test("answers cost less; what was told last stands in the end", () => {
  const { known, frames, arrivals, isAt } = room(10);
  arrivals.hear(told(10, { status: "ready", answered: 7 }));
  assert.equal(drawAll(frames), 1);
  assert.ok([...known.values()].every((each) => each.answered === 7));
  arrivals.hear(told(10, { status: "paused" }));
  arrivals.hear(told(10, { status: "running" }));
  arrivals.hear([{ sitting: "9", answered: 8 }]);
  assert.equal(frames.length, 1, "one frame is waited for, not two");
  drawAll(frames);
  assert.equal(isAt("running"), 10);
  assert.equal(known.get("9")?.answered, 8, "a part is added to what waits");
});

test("a whole picture is newer than what waits", () => {
  const { frames, arrivals, isAt } = room(10);
  arrivals.hear(told(10, { status: "running" }));
  arrivals.clear();
  drawAll(frames);
  assert.equal(isAt("running"), 3);
});
