import assert from "node:assert/strict";
import { test } from "node:test";
import {
  begun,
  type Cells,
  counted,
  done,
  numbered,
  painted,
  parsed,
  proctorsNeeded,
  redone,
  resized,
  undone,
  withAisle,
  written,
} from "./plan";
import { en } from "./words.en";
import { zh } from "./words.zh";

const room = parsed("S.S\nSBS", 2, 3);

test("a plan is written as it was read; what is missing becomes seats", () => {
  assert.equal(written(room), "S.S\nSBS");
  assert.equal(written(parsed("", 2, 2)), "SS\nSS");
  assert.equal(written(parsed("s.b.", 2, 3)), "S.B\nSSS");
});

test("seats are numbered by each scheme, broken ones too", () => {
  assert.deepEqual(numbered(room, "rows", "left"), [
    [1, 0, 2],
    [3, 4, 5],
  ]);
  assert.deepEqual(numbered(room, "snake", "left"), [
    [1, 0, 2],
    [5, 4, 3],
  ]);
  assert.deepEqual(numbered(room, "columns", "right"), [
    [4, 0, 1],
    [5, 3, 2],
  ]);
  assert.deepEqual(numbered(room, "columns_snake", "right"), [
    [4, 0, 1],
    [5, 3, 2],
  ]);
  assert.deepEqual(numbered(parsed("", 2, 2), "columns_snake", "left"), [
    [1, 4],
    [2, 3],
  ]);
});

test("painting changes one cell and leaves the plan before as it was", () => {
  const after = painted(room, 0, 1, "S");
  assert.equal(written(after), "SSS\nSBS");
  assert.equal(written(room), "S.S\nSBS");
  assert.equal(painted(room, 9, 9, "S"), room);
});

test("an aisle moves what is behind it; the widest plan stays", () => {
  assert.equal(written(withAisle(room, 1)), "S..S\nS.BS");
  const widest = parsed("", 1, 30);
  assert.equal(withAisle(widest, 3), widest);
});

test("a plan made larger keeps what it had", () => {
  assert.equal(written(resized(room, 3, 4)), "S.SS\nSBSS\nSSSS");
  assert.equal(written(resized(room, 1, 2)), "S.");
});

test("seats are counted, and the proctors they need", () => {
  assert.deepEqual(counted(room), { seats: 4, broken: 1 });
  assert.deepEqual([0, 1, 30, 31, 46].map(proctorsNeeded), [0, 2, 2, 3, 4]);
});

test("what was done is undone and done again; a new act ends what was undone", () => {
  const steps: Cells[] = [room, painted(room, 0, 0, "B"), painted(room, 0, 0, ".")];
  let past = begun(steps[0] as Cells);
  for (const step of steps.slice(1)) past = done(past, step);
  past = undone(undone(past));
  assert.equal(past.now, room);
  assert.equal(undone(past), past);
  past = redone(past);
  assert.equal(past.now, steps[1]);
  past = done(past, parsed("", 1, 1));
  assert.equal(redone(past), past);
  assert.equal(done(past, parsed("", 1, 1)), past);
});

test("every word is there in both languages, with the same values", () => {
  const names = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(String).sort();
  assert.deepEqual(Object.keys(zh).sort(), Object.keys(en).sort());
  for (const key of Object.keys(en) as (keyof typeof en)[])
    assert.deepEqual(names(zh[key]), names(en[key]), key);
});
