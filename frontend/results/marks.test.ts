import assert from "node:assert/strict";
import { test } from "node:test";
import { fill, plain, readMark } from "./marks";

const words = { absent: "缺考", void: "作废" };
const shown = (text: string) => {
  const found = readMark(text, words);
  return found.kind === "wrong" ? found.code : found.shown;
};

test("marks are read in any width, with a comma or a Chinese full stop as the point", () => {
  assert.deepEqual(["85", " ８５。５ ", "85,5", "85.50", "007", "0.25", ".5", "100"].map(shown), [
    "85",
    "85.5",
    "85.5",
    "85.5",
    "7",
    "0.25",
    "0.5",
    "100",
  ]);
});

test("what is no mark is told why", () => {
  assert.deepEqual(["101", "-1", "60.125", "8o", "1,000", "1e2", "--"].map(shown), [
    "mark_out_of_range",
    "mark_out_of_range",
    "mark_decimals",
    "mark_not_a_number",
    "mark_not_a_number",
    "mark_not_a_number",
    "mark_not_a_number",
  ]);
});

test("absent and void are typed as words or by one letter; nothing withdraws", () => {
  assert.deepEqual(["缺考", "Q", "ａ", "absent", "v", "作废", " "].map(shown), [
    "缺考",
    "缺考",
    "缺考",
    "缺考",
    "作废",
    "作废",
    "",
  ]);
});

test("sentences are filled in, an unknown name stays", () => {
  assert.equal(fill("{a} of {b} {c}", { a: 1, b: "2" }), "1 of 2 {c}");
  assert.equal(plain(" ８ "), "8");
});
