import assert from "node:assert/strict";
import { test } from "node:test";
import { placeIn, type SeatDetails, secondsOf, spanOf, stretches, ticks } from "./timeline";

const START = "2026-06-01T01:00:00.000Z";
const END = "2026-06-01T02:00:00.000Z";
const at = (minute: number) => new Date(Date.parse(START) + minute * 60_000).toISOString();
const now = Date.parse(at(30));

function details(values: Partial<SeatDetails> = {}): SeatDetails {
  return {
    candidate: { name: "", ticket: "", id_number_masked: "", room: "" },
    identity_confirmed_at: null,
    started_at: START,
    ended_at: null,
    lease_number: 1,
    address: "",
    photo: false,
    late_entries: 0,
    answers: [],
    timeline: [],
    ...values,
  };
}

test("the line goes from the start to the end of the seat's time", () => {
  const span = spanOf(details(), END, now);
  assert.equal(placeIn(span, now), 0.5);
  assert.equal(placeIn(span, Date.parse(at(-5))), 0);
  assert.equal(placeIn(span, Date.parse(at(90))), 1);
});

test("before the start the line begins with the first event and is never without length", () => {
  const span = spanOf(details({ started_at: null }), null, now);
  assert.ok(span.toMs > span.fromMs);
});

test("a loss that lasts reaches to now, one that ended to its end", () => {
  const told = details({
    timeline: [
      { kind: "lost", at: at(6), until: at(12) },
      { kind: "lost", at: at(24), until: null },
      { kind: "message", at: at(25) },
    ],
  });
  assert.deepEqual(stretches(told, spanOf(told, END, now), now), [
    { kind: "lost", from: 0.1, to: 0.2 },
    { kind: "lost", from: 0.4, to: 0.5 },
  ]);
});

test("answers are counted in parts of the line, and none is lost", () => {
  const told = details({ answers: [0, 5, 1800, 3599] });
  const shown = ticks(told, spanOf(told, END, now), 60);
  assert.deepEqual(
    shown.map((tick) => tick.count),
    [2, 1, 1],
  );
});

test("a stretch says how long it lasted", () => {
  assert.equal(secondsOf({ kind: "lost", at: at(1), until: at(3) }, now), 120);
  assert.equal(secondsOf({ kind: "lost", at: at(29), until: null }, now), 60);
});
