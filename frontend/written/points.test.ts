import assert from "node:assert/strict";
import { test } from "node:test";
import { chosenByKey, firstTrouble, hundredths, plainPoints, shown, sums, trouble } from "./points";

const cause = { id: "1", words: "cause", points: "4", levels: [] };
const remedy = { id: "2", words: "remedy", points: "6.5", levels: [] };
const facts = { criteria: [cause, remedy], max_mark: "21" };

test("points are read in the spellings keyboards give", () => {
  assert.equal(hundredths("2.5"), 250);
  assert.equal(hundredths("２。５"), 250);
  assert.equal(hundredths("2,05"), 205);
  assert.equal(hundredths("2.555"), null);
  assert.equal(hundredths("-1"), null);
  assert.equal(hundredths(""), null);
  assert.equal(plainPoints(" ２，５ "), "2.5");
});

test("a criterion says what is wrong with its points", () => {
  assert.equal(trouble(cause, undefined), "missing");
  assert.equal(trouble(cause, "x"), "not_a_number");
  assert.equal(trouble(cause, "4.01"), "too_many");
  assert.equal(trouble(cause, "4"), null);
  assert.equal(trouble(cause, "0"), null);
});

test("sums are exact and count only what is right", () => {
  assert.deepEqual(sums(facts, { "1": "0.1", "2": "0.2" }), { given: "0.3", whole: "10.5" });
  assert.deepEqual(sums(facts, { "1": "9", "2": "1" }), { given: "1", whole: "10.5" });
  assert.equal(shown(1050), "10.5");
  assert.equal(shown(1000), "10");
});

test("the first trouble is where the marker is led", () => {
  assert.equal(firstTrouble(facts, { "1": "1" })?.id, "2");
  assert.equal(firstTrouble(facts, { "1": "1", "2": "6.5" }), null);
});

test("f gives all points of a criterion", () => {
  assert.equal(chosenByKey(remedy, "f"), "6.5");
  assert.equal(chosenByKey(remedy, "3"), null);
});
