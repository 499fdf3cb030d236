import assert from "node:assert/strict";
import { test } from "node:test";
import { allowanceS, awayOnes, endOf, standsStill } from "./away";
import { ownMinutes } from "./facts";
import { NOW, room, seat } from "./samples";

const iso = (minute: number) => new Date(NOW + minute * 60_000).toISOString();
const onBreak = (told: { ends: number; left: number }) =>
  seat({
    status: "paused",
    ends_at: iso(told.ends),
    left_s: told.left * 60,
    away: { kind: "break", since: iso(0), until: iso(10) },
  });

test("in a break a seat's minutes stand still, and run on when its allowance is used up", () => {
  const told = onBreak({ ends: 50, left: 50 });
  const at = (minute: number) => ownMinutes(told, room(), NOW + minute * 60_000);
  assert.equal(at(5), 50);
  assert.equal(at(10), 50);
  assert.equal(at(15), 45);
  assert.equal(standsStill(told, NOW + 9 * 60_000), true);
  assert.equal(standsStill(told, NOW + 10 * 60_000), false);
});

test("told before or after its allowance is used up, a seat has one end", () => {
  assert.equal(endOf(onBreak({ ends: 50, left: 50 })), iso(60));
  assert.equal(endOf(onBreak({ ends: 60, left: 45 })), iso(60));
});

test("who left first stands first; who has handed in is not away", () => {
  const away = (since: number) => ({ kind: "out" as const, since: iso(since), until: null });
  const seats = [
    seat({ sitting: "a", away: away(3) }),
    seat({ sitting: "b", away: away(1) }),
    seat({ sitting: "c", away: away(0), status: "handed_in" }),
    seat({ sitting: "d" }),
  ];
  assert.deepEqual(
    awayOnes(seats).map((each) => each.sitting),
    ["b", "a"],
  );
});

test("seconds of a break are counted down and below zero", () => {
  const told = onBreak({ ends: 50, left: 50 });
  assert.equal(allowanceS(told, NOW + 9 * 60_000), 60);
  assert.equal(allowanceS(told, NOW + 12 * 60_000), -120);
  assert.equal(allowanceS(seat(), NOW), null);
});
