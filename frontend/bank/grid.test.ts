import assert from "node:assert/strict";
import { test } from "node:test";
import { nextCell } from "./grid";

const MAP = [
  [false, true, false, true],
  [false, true, true, true],
];

test("arrows skip cells that have nothing", () => {
  assert.deepEqual(nextCell(MAP, [0, 1], [0, 1]), [0, 3]);
  assert.deepEqual(nextCell(MAP, [0, 1], [1, 0]), [1, 1]);
});

test("at the edge the focus stays", () => {
  assert.equal(nextCell(MAP, [0, 1], [-1, 0]), null);
  assert.equal(nextCell(MAP, [0, 1], [0, -1]), null);
  assert.equal(nextCell(MAP, [1, 3], [1, 0]), null);
});
