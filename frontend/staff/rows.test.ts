import assert from "node:assert/strict";
import { test } from "node:test";
import { between, fits, inOrder, numberOf, type Row, valuesOf } from "./rows";
import { en } from "./words.en";
import { zh } from "./words.zh";

function row(...values: string[]): Row {
  const cells = values.map((value) => ({ value, shown: value }));
  return { cells, text: values.join(" ") };
}

const rows = [row("王芳", "10", "有效"), row("李雷", "9.5", "草稿"), row("张三", "–", "有效")];

test("a search needs every word, in any case and any column", () => {
  const wanted = { search: "", filters: new Map() };
  assert.ok(fits(row("Anna", "B12"), { ...wanted, search: "b12 anna" }));
  assert.ok(!fits(row("Anna", "B12"), { ...wanted, search: "anna b13" }));
});

test("filters of one column widen, of two columns narrow; an empty one lets all through", () => {
  const of = (entries: [number, string[]][]) => ({
    search: "",
    filters: new Map(entries.map(([column, values]) => [column, new Set(values)])),
  });
  const count = (wanted: ReturnType<typeof of>) => rows.filter((each) => fits(each, wanted)).length;
  assert.equal(count(of([[2, ["有效", "草稿"]]])), 3);
  assert.equal(
    count(
      of([
        [2, ["有效"]],
        [0, ["王芳"]],
      ]),
    ),
    1,
  );
  assert.equal(count(of([[2, []]])), 3);
});

test("numbers sort as numbers, and cells without one stand last both ways", () => {
  const order = { column: 1, kind: "number" as const, descending: false };
  assert.deepEqual(inOrder(rows, order, "zh"), [1, 0, 2]);
  assert.deepEqual(inOrder(rows, { ...order, descending: true }, "zh"), [0, 1, 2]);
});

test("Chinese names sort by their sound", () => {
  const order = { column: 0, kind: "text" as const, descending: false };
  assert.deepEqual(inOrder(rows, order, "zh-Hans-CN"), [1, 0, 2]);
});

test("codes with numbers sort by the number, and equal rows keep their places", () => {
  const codes = [row("A-10"), row("A-9"), row("A-9")];
  assert.deepEqual(inOrder(codes, { column: 0, kind: "text", descending: false }, "en"), [1, 2, 0]);
  assert.deepEqual(inOrder(codes, null, "en"), [0, 1, 2]);
});

test("a number is read out of what surrounds it", () => {
  assert.deepEqual(["1,234.5", "72 %", "−3", "–", "", "≥ 60"].map(numberOf), [
    1234.5,
    72,
    -3,
    null,
    null,
    60,
  ]);
});

test("a column's values are counted", () => {
  assert.deepEqual(
    valuesOf(rows, 2, "zh-Hans-CN").map((each) => [each.value, each.count]),
    [
      ["草稿", 1],
      ["有效", 2],
    ],
  );
});

test("a range of rows has both ends, whichever was chosen first", () => {
  assert.deepEqual(between(4, 2), [2, 3, 4]);
});

test("both languages have words for everything", () => {
  assert.deepEqual(Object.keys(zh), Object.keys(en));
});

test("a cell that holds several things is found by each of them and counted under each", () => {
  const held = (...values: string[]): Row => {
    const each = values.map((value) => ({ value, shown: value }));
    return { cells: [{ value: values.join(" "), shown: values.join(" "), each }], text: "" };
  };
  const some = [held("weak", "omitted"), held("weak"), held()];
  const wanted = (value: string) => ({ search: "", filters: new Map([[0, new Set([value])]]) });
  assert.deepEqual(
    ["weak", "omitted", "hard"].map((v) => some.filter((row) => fits(row, wanted(v))).length),
    [2, 1, 0],
  );
  assert.deepEqual(
    valuesOf(some, 0, "en").map((found) => [found.value, found.count]),
    [
      ["omitted", 1],
      ["weak", 2],
    ],
  );
});
