import assert from "node:assert/strict";
import { test } from "node:test";
import { endNames, percents } from "./distractors";
import type { Curve, ItemPoint, PageFacts } from "./facts";
import { band, bars } from "./histogram";
import { address, lowest, placed, said } from "./scatter";

const point = (code: string, p: number | null, r: number | null, kind: ItemPoint["kind"] = "") => ({
  id: `A/${code}`,
  code,
  type: "single",
  p,
  r,
  kind,
  flags: kind ? ["weak"] : [],
});

const facts: PageFacts = {
  cut: 60,
  sem: 5,
  bins: { edges: [0, 60, 100], counts: { A: [2, 3], B: [1, 4] } },
  forms: [
    { form: "A", items: [point("x", 0.9, 0.1, "attention"), point("y", 0.2, -0.35, "danger")] },
    { form: "B", items: [point("z", 0.5, 0.4), point("all", 1, null)] },
  ],
  model: null,
  address: "/",
  words: {},
};

test("bars of the forms stand upon one another", () => {
  assert.deepEqual(
    bars(facts, ["A", "B"]).map((own) => own.map((bar) => [bar.base, bar.count])),
    [
      [
        [0, 2],
        [0, 3],
      ],
      [
        [2, 1],
        [3, 4],
      ],
    ],
  );
});

test("the band around the pass mark stays on the scale, and is none without an error", () => {
  assert.deepEqual(band(facts), [55, 65]);
  assert.deepEqual(band({ ...facts, cut: 98 }), [93, 100]);
  assert.equal(band({ ...facts, sem: null }), null);
});

test("items are walked by difficulty; one without discrimination has no place", () => {
  const items = placed(facts);
  assert.deepEqual(
    items.map((item) => item.code),
    ["y", "z", "x"],
  );
  assert.deepEqual(
    [0, 1, 2].map((at) => address(items, at)),
    [
      { series: 3, data: 0 },
      { series: 0, data: 0 },
      { series: 2, data: 0 },
    ],
  );
  assert.equal(lowest(items), -0.4);
  assert.equal(said(items[0] ?? assert.fail()), "y, single, p 0.20, r -0.35, weak");
});

test("curves that end together share one label, the key says that it is the key", () => {
  const curve = (name: string, last: number | null, is_key = false): Curve => ({
    name,
    is_key,
    values: [0.5, last],
  });
  const curves = [curve("A", 0.9, true), curve("B", 0.02), curve("C", 0), curve("D", 0.08)];
  assert.deepEqual(endNames(curves, "key"), ["A (key)", "", "C · B", "D"]);
  assert.deepEqual(percents(curve("E", null)), [50, null]);
});
