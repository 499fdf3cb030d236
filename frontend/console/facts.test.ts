import assert from "node:assert/strict";
import { test } from "node:test";
import { countsOf, minutesLeft, ownMinutes, placeOf, progressOf, uncheckedAfter } from "./facts";
import { nextAct } from "./next_act";
import { NOW, room, seat } from "./samples";

test("the next number is taken, an old one changes nothing, a gap asks for a snapshot", () => {
  assert.equal(placeOf(4, 5), "next");
  assert.equal(placeOf(4, 4), "old");
  assert.equal(placeOf(4, 6), "gap");
});

test("counts add up; who was marked present without a computer is not absent", () => {
  const counts = countsOf([
    seat(),
    seat({ status: "assigned" }),
    seat({ status: "assigned", attendance: "present" }),
    seat({ status: "handed_in" }),
  ]);
  assert.deepEqual([counts.due, counts.present, counts.absent], [4, 3, 1]);
  assert.deepEqual([counts.working, counts.handedIn], [1, 1]);
});

test("faces are compared by seat number, then those left out; the absent are not asked for", () => {
  const at = (number: number, values: Parameters<typeof seat>[0] = {}) =>
    seat({ seat: number, sitting: `s${number}`, status: "ready", attendance: null, ...values });
  const one = at(1);
  const two = at(2);
  const absent = at(3, { status: "assigned" });
  const doubtful = at(4, { attendance: "doubtful" });
  const five = at(5);
  const all = [one, two, absent, doubtful, five];
  assert.equal(uncheckedAfter(all, two)?.seat, 5);
  assert.equal(uncheckedAfter(all, five)?.seat, 1);
  assert.equal(uncheckedAfter([at(1, { attendance: "checked" }), two], two), undefined);
});

test("a seat tells its minutes only where they are not the room's", () => {
  assert.equal(ownMinutes(seat(), room(), NOW), null);
  const more = seat({ ends_at: "2026-06-01T02:05:00.000Z", left_s: 3300 });
  assert.equal(ownMinutes(more, room(), NOW), 55);
  assert.equal(ownMinutes(seat({ ...more, status: "handed_in" }), room(), NOW), null);
});

test("a paused seat tells what it had when its time stopped, however long that lasts", () => {
  const paused = seat({ status: "paused", left_s: 1800, ends_at: "2026-06-01T01:40:00.000Z" });
  assert.equal(ownMinutes(paused, room(), NOW + 20 * 60_000), 30);
});

test("in a paused room a seat with the room's time is quiet", () => {
  const stopped = room({ is_paused: true, left_s: 1800 });
  assert.equal(ownMinutes(seat({ status: "paused", left_s: 1800 }), stopped, NOW), null);
  assert.equal(ownMinutes(seat({ status: "paused", left_s: 2100 }), stopped, NOW), 35);
});

test("minutes left are never negative and unknown before the start", () => {
  assert.equal(minutesLeft({ ends_at: null, left_s: null }, false, NOW), null);
  assert.equal(minutesLeft({ ends_at: "2026-06-01T01:09:00.000Z", left_s: 0 }, false, NOW), 0);
});

const planned = {
  id: "s",
  name: "",
  state: "released",
  subject: "",
  subject_en: "",
  minutes: 60,
  most_out: 1,
};
const examSession = { ...planned, planned_start: "2026-06-01T01:00:00.000Z" };
const act = (
  seats: Parameters<typeof countsOf>[0],
  values: Parameters<typeof room>[0] = {},
  state = "released",
) => nextAct({ ...examSession, state }, room(values), countsOf(seats), NOW);

test("the room's next act goes from papers to start, close and record", () => {
  const before = { started_at: null, ends_at: null };
  const ready = [seat({ status: "ready" }), seat({ status: "assigned" })];
  assert.equal(act(ready, before, "planned").kind, "waitForPapers");
  assert.deepEqual(act(ready, before), { kind: "start", ready: 1, due: 2, isEarly: false });
  assert.equal(act([seat()]).kind, "working");
  assert.equal(act([seat({ status: "paused" })], { is_paused: true }).kind, "resume");
  assert.equal(act([seat({ status: "paused" })]).kind, "working");
  assert.equal(act([seat({ status: "handed_in" })]).kind, "close");
  assert.equal(act([], { closed_at: "2026-06-01T02:00:00.000Z" }).kind, "record");
});

test("a held sitting must be decided before the room can close", () => {
  const held = [seat({ status: "held" }), seat({ status: "handed_in" })];
  assert.deepEqual(act(held), { kind: "decideHeld", held: 1 });
});

test("an adaptive test is no part of a length that nobody knows", () => {
  const told = { total: 40, ends_from: 20 };
  assert.equal(progressOf(seat({ total: 40, answered: 17 })), "whole");
  assert.equal(progressOf(seat({ ...told, answered: 17 })), "progressOpen");
  assert.equal(progressOf(seat({ ...told, answered: 22 })), "progressSoon");
  assert.equal(progressOf(seat({ ...told, answered: 22, is_over: true })), "progressOver");
});
