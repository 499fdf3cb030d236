import assert from "node:assert/strict";
import { test } from "node:test";
import { countsOf, merged, minutesLeft, needsOf, type SeatFacts, type Snapshot } from "./facts";

const now = Date.parse("2026-06-01T01:10:00.000Z");

function seat(values: Partial<SeatFacts> = {}): SeatFacts {
  return {
    sitting: "a",
    seat: 1,
    row: 1,
    column: 1,
    name: "张三",
    ticket: "T1",
    form: "A",
    status: "running",
    answered: 0,
    total: 10,
    ends_at: "2026-06-01T02:00:00.000Z",
    last_contact_at: "2026-06-01T01:09:00.000Z",
    connected: true,
    clock_confirmed: true,
    called: null,
    move_requested: false,
    message_unread: 0,
    ...values,
  };
}

function room(seats: SeatFacts[]): Snapshot {
  return {
    exam_session: { id: "s", name: "", state: "released", subject: "", minutes: 60 },
    room: {
      id: "r",
      name: "",
      rows: 5,
      columns: 6,
      started_at: "2026-06-01T01:00:00.000Z",
      closed_at: null,
    },
    now: "2026-06-01T01:10:00.000Z",
    number: 4,
    seats,
    incidents: [],
  };
}

test("a change replaces its seat and nothing else", () => {
  const known = room([seat(), seat({ sitting: "b", seat: 2 })]);
  const next = merged(known, { number: 5, now: known.now, changed: [seat({ answered: 3 })] });
  assert.deepEqual(
    next?.seats.map((each) => each.answered),
    [3, 0],
  );
});

test("a gap asks for a snapshot, an old message changes nothing", () => {
  const known = room([seat()]);
  assert.equal(merged(known, { number: 6, now: known.now, changed: [] }), null);
  assert.equal(merged(known, { number: 4, now: known.now, changed: [] }), known);
});

test("a quiet room needs nobody", () => {
  assert.deepEqual(needsOf(room([seat()]), now), []);
});

test("a call comes before a lost line, a lost line before an unconfirmed clock", () => {
  const needs = needsOf(
    room([
      seat({ sitting: "c", clock_confirmed: false }),
      seat({ sitting: "l", connected: false }),
      seat({ sitting: "h", called: "" }),
    ]),
    now,
  );
  assert.deepEqual(
    needs.map((each) => each.need),
    ["called", "lost", "clockLate"],
  );
});

test("a line lost for a moment is not yet a need", () => {
  const fresh = seat({ connected: false, last_contact_at: "2026-06-01T01:09:50.000Z" });
  assert.deepEqual(needsOf(room([fresh]), now), []);
});

test("counts add up", () => {
  const counts = countsOf([seat(), seat({ status: "assigned" }), seat({ status: "handed_in" })]);
  assert.deepEqual(counts, { due: 3, present: 2, working: 1, handedIn: 1, absent: 1 });
});

test("minutes left are told for those who work only", () => {
  assert.equal(minutesLeft(seat(), now), 50);
  assert.equal(minutesLeft(seat({ status: "handed_in" }), now), null);
});
