import assert from "node:assert/strict";
import { test } from "node:test";
import { shownItem } from "./shown_item";

const facts = { code: "", point: "", difficulty: 3, explanation: "", seen_version: 0, key: {} };
const name = "a".repeat(64);

test("pictures stand by their addresses, in translations too", () => {
  const content = {
    stem: `<img src="media:${name}" alt="">`,
    translations: { en: { stem: `<img src="media:${name}" alt="">` } },
  };
  const shown = shownItem({ ...facts, type: "single", content });
  assert.match(shown.stem, /\/bank\/pictures\/a{64}/);
  assert.match(shown.translations?.en?.stem ?? "", /\/bank\/pictures\/a{64}/);
});

test("the order of an ordering item is not given away, fixed steps stay", () => {
  const options = [
    { id: "A", content: "c", fixed: false },
    { id: "B", content: "b", fixed: true },
    { id: "C", content: "a", fixed: false },
  ];
  const shown = shownItem({ ...facts, type: "ordering", content: { stem: "", options } });
  assert.deepEqual(
    shown.options?.map((option) => option.id),
    ["C", "B", "A"],
  );
});

test("a choice keeps its order and tells nothing of what is fixed", () => {
  const options = [{ id: "A", content: "x", fixed: true }];
  const shown = shownItem({ ...facts, type: "single", content: { stem: "", options } });
  assert.deepEqual(shown.options, [{ id: "A", content: "x" }]);
});

test("parts have their type and share", () => {
  const parts = [{ id: "1", type: "numeric", mark_share: "2", stem: "?", unit: "V" }];
  const shown = shownItem({ ...facts, type: "item_set", content: { stem: "m", parts } });
  assert.equal(shown.parts?.[0]?.mark, "2");
  assert.equal(shown.parts?.[0]?.unit, "V");
});
