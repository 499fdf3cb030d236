import assert from "node:assert/strict";
import { test } from "node:test";
import { pastedCells, sumsOf } from "./weights";

test("ranges beside each other are summed against the range above", () => {
  const weights = new Map([
    ["A", "25"],
    ["A-A", "5.1"],
    ["A-B", "19.9 %"],
    ["B", "70"],
    ["B-A", ""],
  ]);
  assert.deepEqual(sumsOf(weights), [
    { path: "", total: 95, whole: 100, isRight: false },
    { path: "A", total: 25, whole: 25, isRight: true },
  ]);
  weights.set("A-B", "");
  assert.equal(sumsOf(weights)[1]?.isRight, false, "one beside it has no weight");
});

test("several cells are spread, a single one is pasted as usual", () => {
  assert.deepEqual(pastedCells("守则\t X\r\n电路\tY\r\n"), [
    ["守则", "X"],
    ["电路", "Y"],
  ]);
  assert.equal(pastedCells("守则\n"), null);
});
