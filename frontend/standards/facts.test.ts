import assert from "node:assert/strict";
import { test } from "node:test";
import { type Facts, firstMissing, steps, valueByKey } from "./facts";

const facts = { method: "angoff", pages: 2, places: [1, 2, -1, -2, -3, -4] } as Facts;

test("digits give tens, plus and minus five more or less, within 0 and 100", () => {
  assert.equal(valueByKey("angoff", "7", null), 70);
  assert.equal(valueByKey("angoff", "+", 70), 75);
  assert.equal(valueByKey("angoff", "ArrowUp", 100), 100);
  assert.equal(valueByKey("angoff", "-", 0), 0);
  assert.equal(valueByKey("angoff", "x", 50), null);
  assert.equal(valueByKey("yes_no", "n", null), 0);
  assert.equal(valueByKey("bookmark", "5", null), null);
});

test("the first thing missing is where a member is led; the questions are one step", () => {
  const rated = { "1": { value: 0, note: "" }, "2": { value: null, note: "x" } };
  assert.equal(firstMissing(facts, rated), 2);
  const both = { ...rated, "2": { value: 50, note: "" } };
  assert.equal(firstMissing(facts, both), 3);
  assert.equal(steps(facts), 3);
  const places = [-1, -2, -3, -4].map((place) => [String(place), { value: 1, note: "" }]);
  assert.equal(firstMissing(facts, { ...both, ...Object.fromEntries(places) }), null);
});
