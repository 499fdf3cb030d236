import assert from "node:assert/strict";
import { test } from "node:test";
import { type ExamSessionRow, type RoomRow, startable, stateOf, totals } from "./totals";
import { en } from "./words.en";
import { zh } from "./words.zh";

function room(values: Partial<RoomRow> = {}): RoomRow {
  return {
    id: "r",
    name: "",
    site: "",
    started_at: null,
    closed_at: null,
    ends_at: null,
    is_paused: false,
    due: 30,
    present: 28,
    ready: 27,
    working: 0,
    handed_in: 0,
    absent: 2,
    lost: 0,
    needs: 1,
    ...values,
  };
}

function session(values: Partial<ExamSessionRow> = {}): ExamSessionRow {
  return {
    id: "s",
    name: "",
    state: "released",
    planned_start: "2026-06-01T01:00:00.000Z",
    minutes: 60,
    may_start: true,
    rooms: [room(), room({ due: 12, present: 12, absent: 0 })],
    ...values,
  };
}

test("counts of rooms add up", () => {
  const sums = totals(session().rooms);
  assert.deepEqual([sums.due, sums.present, sums.absent, sums.needs], [42, 40, 2, 2]);
});

test("a room waits, is started, paused and closed", () => {
  const planned = session({ state: "planned" });
  assert.equal(stateOf(planned, room()), "waiting");
  assert.equal(stateOf(session(), room()), "notStarted");
  const started = { started_at: "2026-06-01T01:00:00.000Z" };
  assert.equal(stateOf(session(), room(started)), "running");
  assert.equal(stateOf(session(), room({ ...started, is_paused: true })), "paused");
  assert.equal(stateOf(session(), room({ ...started, closed_at: "x" })), "closed");
});

test("only whoever leads an exam session can start it, and only rooms that have not started", () => {
  assert.equal(startable(session()).length, 2);
  assert.equal(startable(session({ may_start: false })).length, 0);
  assert.equal(startable(session({ state: "planned" })).length, 0);
  const begun = session({ rooms: [room({ started_at: "x" }), room(), room({ due: 0 })] });
  assert.equal(startable(begun).length, 1);
});

test("both languages of the overview say the same things with the same facts", () => {
  const names = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((found) => found[1]);
  assert.deepEqual(Object.keys(en).sort(), Object.keys(zh).sort());
  for (const [key, text] of Object.entries(zh))
    assert.deepEqual(names(text), names(en[key as keyof typeof zh]), key);
});
