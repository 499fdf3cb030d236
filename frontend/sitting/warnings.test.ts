import assert from "node:assert/strict";
import { test } from "node:test";
import { changeWords, dueMark, timeNotice } from "./warnings";

const MINUTE = 60_000;

function spoken(lefts: number[]): (number | null)[] {
  let announced: number[] = [];
  return lefts.map((left) => {
    const due = dueMark(left, announced);
    announced = due.announced;
    return due.say;
  });
}

test("five marks are announced once each in two hours of ticks, and nothing else", () => {
  const lefts = Array.from({ length: 7200 }, (_, passed) => (7200 - passed) * 1000);
  const heard = spoken(lefts).filter((each) => each !== null);
  assert.deepEqual(heard, [30, 15, 10, 5, 1]);
});

test("added time makes a mark count anew", () => {
  assert.deepEqual(spoken([9 * MINUTE, 14 * MINUTE, 10 * MINUTE]), [9, null, 10]);
});

test("who comes in with four minutes hears it once, and what is true", () => {
  assert.deepEqual(spoken([3.5 * MINUTE, 3.4 * MINUTE]), [4, null]);
});

test("a change of state is spoken, saving and saved are not", () => {
  assert.equal(changeWords("saved", "saving"), null);
  assert.equal(changeWords("saving", "saved"), null);
  assert.equal(changeWords("saved", "lost"), "lineLost");
  assert.equal(changeWords("lost", "back"), null);
  assert.equal(changeWords("back", "saved"), "backAgain");
  assert.equal(changeWords("paused", "saved"), "goesOn");
  assert.equal(changeWords("lost", "lost"), null);
});

test("minutes added and taken back are told, a pause is not", () => {
  assert.deepEqual(timeNotice({ minutes_added: "5.00" }), { key: "timeAdded", minutes: "5" });
  assert.deepEqual(timeNotice({ minutes_taken: "2.5" }), { key: "timeTaken", minutes: "2.5" });
  assert.equal(timeNotice({}), null);
});
