import assert from "node:assert/strict";
import { test } from "node:test";
import { faceOf, leftText, type WallFacts } from "./face";

const NOW = Date.parse("2026-06-01T01:30:00.000Z");

function facts(room: Partial<WallFacts["room"]> = {}): WallFacts {
  return {
    exam_session: {
      name: "",
      subject: "",
      subject_en: "",
      state: "released",
      minutes: 60,
      planned_start: "2026-06-01T01:00:00.000Z",
    },
    room: {
      name: "",
      started_at: "2026-06-01T01:01:00.000Z",
      closed_at: null,
      ends_at: "2026-06-01T02:01:00.000Z",
      left_s: 1860,
      is_paused: false,
      ...room,
    },
    now: "2026-06-01T01:30:00.000Z",
  };
}

test("before the start the wall shows when it is planned, and no end that may move", () => {
  const face = faceOf(facts({ started_at: null, ends_at: null, left_s: null }), NOW);
  assert.deepEqual(
    [face.phase, face.startsAt, face.endsAt],
    ["before", "2026-06-01T01:00:00.000Z", null],
  );
});

test("while time runs the rest follows the clock", () => {
  assert.equal(faceOf(facts(), NOW).leftMs, 31 * 60_000);
  assert.equal(faceOf(facts(), NOW + 60_000).leftMs, 30 * 60_000);
});

test("in a pause the rest stands still and no end is promised", () => {
  const paused = facts({ is_paused: true });
  const face = faceOf(paused, NOW + 600_000);
  assert.deepEqual([face.phase, face.leftMs, face.endsAt], ["paused", 1_860_000, null]);
});

test("it is over when time has run out or the room has closed", () => {
  assert.equal(faceOf(facts(), NOW + 3_600_000).phase, "over");
  assert.equal(faceOf(facts({ closed_at: "2026-06-01T01:20:00.000Z" }), NOW).phase, "over");
});

test("the rest is rounded up to whole seconds", () => {
  assert.equal(leftText(3_725_001), "1:02:06");
  assert.equal(leftText(0), "0:00:00");
});
