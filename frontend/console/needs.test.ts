import assert from "node:assert/strict";
import { test } from "node:test";
import type { SeatFacts } from "./facts";
import { ageOf, freshNeeds, keptList, keyOf, needsNow } from "./needs";
import { NOW, need, seat } from "./samples";

const at = (minute: number) => new Date(NOW + minute * 60_000).toISOString();

test("the most urgent comes first, the oldest first within it, then the lower seat", () => {
  const seats = [
    seat({ sitting: "a", seat: 3, needs: [need("signals", 4, at(-9))] }),
    seat({ sitting: "b", seat: 2, needs: [need("called", 1, at(-1)), need("lost", 2, at(-8))] }),
    seat({ sitting: "c", seat: 1, needs: [need("move_asked", 1, at(-5))] }),
    seat({ sitting: "d", seat: 0, needs: [need("lost", 2, at(-8))] }),
  ];
  assert.deepEqual(
    needsNow(seats, NOW).map((each) => [each.need.need, each.seat.seat]),
    [
      ["move_asked", 1],
      ["called", 2],
      ["lost", 0],
      ["lost", 2],
      ["signals", 3],
    ],
  );
});

test("a need is shown when its time has come and not before", () => {
  const seats = [seat({ needs: [need("lost", 2, at(0), at(0.5))] })];
  assert.equal(needsNow(seats, NOW).length, 0);
  assert.equal(needsNow(seats, NOW + 30_000).length, 1);
});

test("only what was not there before is said; what happens anew is said again", () => {
  const seats = [seat({ needs: [need("lost", 2, at(-5))] })];
  const now = needsNow(seats, NOW);
  assert.equal(freshNeeds(new Set(), now).length, 1);
  const known = new Set(now.map(keyOf));
  assert.equal(freshNeeds(known, now).length, 0);
  const again = needsNow([seat({ needs: [need("lost", 2, at(-1))] })], NOW);
  assert.equal(freshNeeds(known, again).length, 1);
});

test("ages are said in seconds for two minutes, then in minutes", () => {
  assert.deepEqual(ageOf(at(-1.5), NOW), { count: 90, unit: "s" });
  assert.deepEqual(ageOf(at(-4.9), NOW), { count: 4, unit: "min" });
  assert.deepEqual(ageOf(at(1), NOW), { count: 0, unit: "s" });
});

test("answers alone leave the list as it is; a changed need or seat draws its card anew", () => {
  const told = { sitting: "a", seat: 1, needs: [need("signals", 4, at(-5))] };
  const other = seat({ sitting: "b", seat: 2, needs: [need("lost", 2, at(-5))] });
  const before = needsNow([seat({ ...told, answered: 3 }), other], NOW);
  const then = (facts: Partial<SeatFacts>) =>
    keptList(before, needsNow([seat({ ...told, ...facts }), other], NOW));
  const answered = { answered: 4, last_contact_at: new Date(NOW).toISOString() };
  assert.equal(then(answered), before);
  for (const facts of [
    { asks_for_break: true },
    { needs: [{ ...need("signals", 4, at(-5)), counts: { focus: 2 } }] },
  ]) {
    const now = then(facts);
    assert.equal(now[0], before[0], "the card of the other seat");
    assert.notEqual(now[1], before[1]);
  }
  assert.equal(then({ needs: [] }).length, 1);
});
