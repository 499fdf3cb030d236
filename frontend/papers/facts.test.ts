import assert from "node:assert/strict";
import { test } from "node:test";
import { type Facts, titled } from "./facts";
import { rowsOf } from "./model";

const facts = {
  types: [{ name: "single", words: "", titles: { zh_Hans_CN: "单项选择题", en: "Single choice" } }],
} as unknown as Facts;

test("usual titles follow the language of the bank, written ones stay", () => {
  const rows = rowsOf(
    ["", "Single choice", "单项选择题", "Part A"].map((title) => ({
      type: "single",
      title,
      count: 1,
      mark: "1",
    })),
  );
  const titles = titled(facts, rows, "zh_Hans_CN").map((row) => row.title);
  assert.deepEqual(titles, ["单项选择题", "单项选择题", "单项选择题", "Part A"]);
  assert.equal(titled(facts, rows, "de")[0]?.title, "Single choice");
});
