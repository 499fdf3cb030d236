import assert from "node:assert/strict";
import { test } from "node:test";
import { noted, readUnsent, settled } from "./unsent";

test("an answer takes the place of the earlier one and gets a later number", () => {
  const first = noted([], 3, "A", 7);
  assert.deepEqual(first, [{ number: 3, answer: "A", seq: 8 }]);
  const other = noted(first, 5, "B", 7);
  assert.deepEqual(noted(other, 3, "C", 7), [
    { number: 5, answer: "B", seq: 9 },
    { number: 3, answer: "C", seq: 10 },
  ]);
});

test("an acknowledgement settles what was sent, not what was given meanwhile", () => {
  const [sent] = noted([], 3, "A", 0);
  if (!sent) throw new Error("nothing noted");
  const both = noted([sent], 3, "B", 0);
  assert.deepEqual(settled(both, sent), both);
  assert.deepEqual(settled([sent], sent), []);
});

test("what cannot be read is nothing", () => {
  assert.deepEqual(readUnsent('{"number":1}'), []);
  assert.deepEqual(readUnsent("{"), []);
  assert.deepEqual(readUnsent(null), []);
});
