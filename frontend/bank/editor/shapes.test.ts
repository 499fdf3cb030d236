import assert from "node:assert/strict";
import { test } from "node:test";
import { drawn, isLargeEnough, polygonPoints } from "./shapes";

test("a rectangle may be drawn from any corner", () => {
  assert.deepEqual(drawn("rect", [9, 8], [1, 2]).coords, [1, 2, 9, 8]);
});

test("a circle grows from its centre", () => {
  assert.deepEqual(drawn("circle", [10, 10], [13, 14]).coords, [10, 10, 5]);
});

test("a click is no area, two points are no polygon", () => {
  assert.equal(isLargeEnough(drawn("circle", [1, 1], [1, 1])), false);
  assert.equal(isLargeEnough({ shape: "poly", coords: [0, 0, 1, 1] }), false);
  assert.equal(isLargeEnough({ shape: "poly", coords: [0, 0, 9, 0, 9, 9] }), true);
});

test("points are written as pairs", () => {
  assert.equal(polygonPoints([1, 2, 3, 4]), "1,2 3,4");
});
