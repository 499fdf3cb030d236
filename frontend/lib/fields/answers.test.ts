import assert from "node:assert/strict";
import { test } from "node:test";
import type { FormItem } from "../sealed";
import * as given from "./answers";
import { localized, paperLanguages, shown } from "./localized";

const column = (...ids: string[]) => ids.map((id) => ({ id, content: `text ${id}` }));
const item = (type: FormItem["type"], more: Partial<FormItem> = {}): FormItem => ({
  position: 1,
  type,
  mark: "1",
  stem: "",
  ...more,
});
const matching = item("matching", { left: column("a", "b"), right: column("x", "y", "z") });
const ordering = item("ordering", { options: column("C", "A", "B") });
const fixed = item("ordering", {
  options: [{ id: "S", content: "", fixed: true }, ...column("B", "A")],
});

test("a choice: one replaces, several are added and taken away in a steady order", () => {
  assert.equal(given.toggled("single", "A", "B"), "B");
  assert.deepEqual(given.toggled("multiple", ["C"], "A"), ["A", "C"]);
  assert.deepEqual(given.toggled("multiple", ["A", "C"], "A"), ["C"]);
  assert.equal(given.toggled("multiple", ["C"], "C"), null);
});

test("a right that may be used once leaves the left it stood at", () => {
  const first = given.matched(matching, null, "a", "x");
  assert.deepEqual(first, [["a", "x"]]);
  assert.deepEqual(given.matched(matching, first, "b", "x"), [["b", "x"]]);
  const often = { ...matching, reuse: true };
  assert.deepEqual(given.matched(often, first, "b", "x"), [
    ["a", "x"],
    ["b", "x"],
  ]);
  assert.equal(given.matched(matching, first, "a", null), null);
});

test("pairs stand in the order of the left column, however they were made", () => {
  const late = given.matched(matching, [["b", "y"]], "a", "x");
  assert.deepEqual(late, [
    ["a", "x"],
    ["b", "y"],
  ]);
});

test("an order grows from the start and can be changed anywhere", () => {
  assert.deepEqual(given.orderOf(ordering, ["B"]), ["B"]);
  assert.deepEqual(given.putAt(["B", "A"], "C", 1), ["B", "C", "A"]);
  assert.deepEqual(given.putAt(["B", "C", "A"], "A", 0), ["A", "B", "C"]);
  assert.equal(given.orderOf(ordering, []), null);
});

test("what stands in a fixed place is part of the order and cannot be moved", () => {
  assert.deepEqual(given.orderOf(fixed, ["A"]), ["S", "A"]);
  assert.deepEqual(given.orderOf(fixed, ["A", "B"]), ["S", "A", "B"]);
  assert.deepEqual(given.placedIds(fixed, ["S", "A"]), ["A"]);
});

test("an item is full when all it asks for is there, partial before", () => {
  const blanks = item("text_entry", { blanks: [{ id: "1" }, { id: "2" }] });
  assert.equal(given.fullness(blanks, { "1": "x" }), "partial");
  assert.equal(given.fullness(blanks, { "1": "x", "2": "y" }), "full");
  assert.equal(given.fullness(blanks, { "1": " " }), "empty");
  assert.equal(given.fullness(matching, [["a", "x"]]), "partial");
  assert.equal(given.fullness(ordering, ["A", "B", "C"]), "full");
  assert.equal(given.fullness(item("hotspot"), [0, 0]), "full");
  assert.equal(given.fullness(item("single"), null), "empty");
});

test("an item set is full when each of its parts is", () => {
  const set = item("item_set", {
    parts: [
      { ...item("single"), id: "1", type: "single" },
      { ...matching, id: "2", type: "matching" },
    ],
  });
  const one = given.withPart(null, "1", "A");
  assert.equal(given.fullness(set, one), "partial");
  const part = given.withPart(one, "2", [["a", "x"]]);
  assert.equal(given.fullness(set, part), "partial");
  const both = given.withPart(part, "2", [
    ["a", "x"],
    ["b", "y"],
  ]);
  assert.equal(given.fullness(set, both), "full");
  assert.equal(given.withPart(one, "1", null), null);
});

test("an item is read in another language field by field", () => {
  const both = item("single", {
    stem: "电压",
    options: column("A", "B"),
    translations: { en: { stem: "Voltage", options: [{ id: "B", content: "volt" }] } },
  });
  const english = localized(both, "en");
  assert.equal(english.stem, "Voltage");
  assert.deepEqual(
    english.options?.map((each) => each.content),
    ["text A", "volt"],
  );
  assert.equal(localized(both, "de"), both);
  assert.deepEqual(paperLanguages("zh_Hans_CN", [both]), ["zh_Hans_CN", "en"]);
});

test("options, a right column and a part's options stand in this seat's order", () => {
  const ids = (rows: { id: string }[] | undefined) => rows?.map((each) => each.id);
  assert.deepEqual(ids(shown(ordering, 7, { "7": ["A", "B", "C"] }).options), ["A", "B", "C"]);
  assert.deepEqual(ids(shown(matching, 7, { "7": ["z", "x"] }).right), ["z", "x", "y"]);
  const set = item("item_set", { parts: [{ ...ordering, id: "2", type: "ordering" }] });
  assert.deepEqual(ids(shown(set, 7, { "7.2": ["B", "A", "C"] }).parts?.[0]?.options), [
    "B",
    "A",
    "C",
  ]);
});
