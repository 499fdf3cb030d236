import assert from "node:assert/strict";
import { test } from "node:test";
import {
  blanksOf,
  closed,
  emptyBody,
  explain,
  explanationIn,
  marked,
  moved,
  nextBlank,
  OWN,
  opened,
  type StoredItem,
} from "./model";

const facts = {
  code: "B-1",
  point: "A-001",
  difficulty: 2,
  explanation: "因为",
  explanations: { en: "because" },
  seen_version: 3,
};
const item = (type: string, content: object, key: object): StoredItem => ({
  ...facts,
  type,
  content,
  key,
});
const option = (id: string, content: string, fixed = false) => ({ id, content, fixed });

const items: StoredItem[] = [
  item(
    "single",
    {
      stem: "<p>题</p>",
      options: [option("A", "一"), option("B", "二", true)],
      translations: { en: { stem: "<p>Q</p>", options: [{ id: "B", content: "two" }] } },
    },
    { correct: ["B"] },
  ),
  item(
    "multiple",
    { stem: "<p>题</p>", options: [option("A", "一"), option("B", "二")] },
    { correct: ["A", "B"], policy: "minus" },
  ),
  item(
    "single",
    { stem: "<p>题</p>", options: [option("A", "一"), option("B", "二"), option("C", "三")] },
    { correct: ["A", "C"], policy: "by_option", points: { A: "1", B: "0.5", C: "1" } },
  ),
  item(
    "numeric",
    { stem: "<p>多少</p>", unit: "V", translations: { en: { unit: "volt" } } },
    { value: "5", tolerance: "0.1", tolerance_mode: "relative" },
  ),
  item(
    "text_entry",
    { stem: '<p><span data-type="blank" data-blank="1"></span></p>', blanks: [{ id: "1" }] },
    { blanks: { "1": ["a", "b"] }, case_sensitive: true },
  ),
  item(
    "matching",
    {
      stem: "<p>配</p>",
      left: [
        { id: "a", content: "1" },
        { id: "b", content: "2" },
      ],
      right: [
        { id: "A", content: "x" },
        { id: "B", content: "y" },
      ],
      reuse: false,
    },
    {
      pairs: [
        ["a", "B"],
        ["b", "A"],
      ],
      policy: "part_marks",
    },
  ),
  item(
    "hotspot",
    { stem: "<p>点</p>", picture: "media:0", alt: "图", width: 10, height: 20 },
    { areas: [{ shape: "circle", coords: [1, 2, 3] }] },
  ),
  item(
    "item_set",
    {
      stem: "<p>材料</p>",
      parts: [
        {
          id: "1",
          type: "numeric",
          mark_share: "2",
          stem: "<p>问</p>",
          unit: null,
        },
      ],
      translations: { en: { parts: [{ id: "1", stem: "<p>ask</p>" }] } },
    },
    { parts: { "1": { value: "1", tolerance: "0", tolerance_mode: "absolute" } } },
  ),
];

for (const stored of items)
  test(`${stored.type}: opened and closed again it is what it was`, () => {
    assert.deepEqual(closed(opened(stored)), stored);
  });

test("marking a choice by points and back keeps what is right", () => {
  const body = emptyBody("multiple");
  for (const [place, row] of body.rows.entries()) row.right = place < 2;
  marked(body, "by_option");
  assert.deepEqual(
    body.rows.map((row) => row.points),
    ["1", "1", "0", "0"],
  );
  Object.assign(body.rows[1] ?? {}, { points: "－１" });
  Object.assign(body.rows[3] ?? {}, { points: "0.5" });
  marked(body, "minus");
  assert.deepEqual(
    body.rows.map((row) => row.right),
    [true, false, false, true],
  );
});

test("an ordering item is edited in its right order and its key is that order", () => {
  const stored = item(
    "ordering",
    { stem: "<p>排</p>", options: [option("A", "二"), option("B", "一")] },
    { order: ["B", "A"] },
  );
  const again = closed(opened(stored));
  assert.deepEqual(
    again.content.options.map((each: { content: string }) => each.content),
    ["一", "二"],
  );
  assert.deepEqual(again.key.order, ["A", "B"]);
});

test("keys and translations follow an option that moves", () => {
  const edited = opened(items[0] as StoredItem);
  edited.body.rows = moved(edited.body.rows, 1, -1);
  const again = closed(edited);
  assert.deepEqual(again.key.correct, ["A"]);
  assert.deepEqual(again.content.translations.en.options, [{ id: "A", content: "two" }]);
});

test("a pair follows its rows and is gone with one of them", () => {
  const edited = opened(items.find((each) => each.type === "matching") as StoredItem);
  edited.body.right = edited.body.right.slice(1);
  assert.deepEqual(closed(edited).key.pairs, [["a", "A"]]);
});

test("blanks are those of the stem, with what they accepted", () => {
  const stem = 'x <span data-blank="2"></span><span data-blank="1"></span>';
  const known = [
    { id: "1", accepted: "a" },
    { id: "3", accepted: "gone" },
  ];
  assert.deepEqual(blanksOf(stem, known), [
    { id: "2", accepted: "" },
    { id: "1", accepted: "a" },
  ]);
  assert.equal(nextBlank(stem), "3");
});

test("a new item of every type has its rows", () => {
  assert.equal(emptyBody("single").rows.length, 4);
  assert.deepEqual(
    emptyBody("true_false").rows.map((row) => row.said[OWN]),
    ["正确", "错误"],
  );
  assert.equal(emptyBody("item_set").parts.length, 1);
});

test("an explanation is written in each language; an emptied one is not posted", () => {
  const edited = opened(items[0] as StoredItem);
  explain(edited, "ug", " x ");
  explain(edited, "en", " ");
  explain(edited, OWN, "由于");
  assert.equal(explanationIn(edited, "ug"), " x ");
  assert.equal(explanationIn(edited, "de"), "");
  const { explanation, explanations } = closed(edited);
  assert.deepEqual(
    { explanation, explanations },
    { explanation: "由于", explanations: { ug: "x" } },
  );
});
