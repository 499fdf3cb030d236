import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type Area,
  askedBelow,
  askedTypes,
  byRatio,
  byWeights,
  counted,
  hundredths,
  markWords,
  moved,
  opened,
  rowsOf,
  sentOf,
  sharedOut,
  tops,
  totals,
} from "./model";

const area = (path: string, weight: string | null): Area => ({
  path,
  weight,
  name: path,
  tier: path.split("-").length,
  active: 0,
  types: {},
});

test("marks are exact: 140 of 0.1 and 3 of 0.35 total 15.05", () => {
  const sections = rowsOf([
    { type: "single", title: "", count: 140, mark: "0.1" },
    { type: "multiple", title: "", count: 3, mark: "0.35" },
  ]);
  assert.equal(totals(sections).items, 143);
  assert.equal(markWords(totals(sections).marks), "15.05");
});

test("marks are worded without idle zeros", () => {
  const words = [50, 100, 1000, 10_000, 0, 105, 10].map(markWords);
  assert.deepEqual(words, ["0.5", "1", "10", "100", "0", "1.05", "0.1"]);
});

test("full-width digits and a decimal comma are read, other things are not", () => {
  assert.equal(counted("８０"), 80);
  assert.equal(hundredths("０．５"), 50);
  assert.equal(hundredths("0,25"), 25);
  assert.deepEqual([counted("-1"), counted(""), counted("1.5")], [null, null, null]);
  assert.deepEqual([hundredths("0.125"), hundredths("x"), hundredths(".5")], [null, null, null]);
});

test("shares go by largest remainder, ties to the first named", () => {
  assert.deepEqual(sharedOut([5, 20, 75], 30), [2, 6, 22]);
  assert.deepEqual(sharedOut([1, 1, 1], 4), [2, 1, 1]);
  assert.deepEqual(sharedOut([0, 0], 4), [0, 0]);
});

test("ranges get their items tier by tier as the server shares them out", () => {
  const areas = [area("A", "25"), area("A-A", "5"), area("A-B", "20"), area("B", "75")];
  assert.deepEqual(byWeights(areas, 30), { "A-A": "2", "A-B": "6", B: "22" });
  assert.deepEqual(byWeights([area("A", null)], 30), {});
});

test("a range counts once: what stands below a counted range is part of it", () => {
  assert.equal(tops({ A: "5", "A-B": "3", C: "2", D: "" }), 7);
  assert.equal(askedBelow({ A: "5", "A-B": "3", "A-C": "4", "AB-C": "9" }, "A"), 7);
  assert.equal(askedBelow({ A: "5" }, "A"), null);
});

test("a ratio gives counts of the whole paper", () => {
  assert.deepEqual(byRatio("50：30：20", 30), { X: "15", Y: "9", Z: "6" });
  assert.equal(byRatio("0:0:0", 30), null);
  assert.equal(byRatio("1:2", 30), null);
});

test("what is opened is sent again the same", () => {
  const sent = {
    blueprint: "b",
    title: "t",
    minutes: "90",
    sections: [{ type: "single", title: "一", count: "8", mark: "0.5" }],
    areas: { "A-B": "6" },
    cells: [{ area: "A", type: "single", count: "2" }],
    importance: { X: "4" },
    difficulty_low: "2.2",
    difficulty_high: null,
    bands: [{ kind: "words", name: "", low: "2000", high: null }],
    reuse: { papers: "3" },
    level: "4",
    work_type: "",
  };
  assert.deepEqual(sentOf(opened(sent)), sent);
  const pilots = { ...sent, notices: { en: "So." } };
  pilots.sections = [{ ...sent.sections[0], pilots: "2" } as (typeof sent.sections)[0]];
  assert.deepEqual(sentOf(opened(pilots)), pilots);
});

test("pilot items stand beside those that count and earn nothing", () => {
  const sections = rowsOf([
    { type: "single", title: "", count: 80, mark: "0.5", pilots: 3 },
    { type: "multiple", title: "", count: 10, mark: "1" },
  ]);
  assert.deepEqual(totals(sections), { items: 90, marks: 5000, pilots: 3 });
  assert.deepEqual([...askedTypes(sections, "pilots")], [["single", 3]]);
});

test("rows move and nothing is lost", () => {
  assert.deepEqual(moved(["a", "b", "c"], 2, 0), ["c", "a", "b"]);
  assert.deepEqual(moved(["a", "b", "c"], 0, 1), ["b", "a", "c"]);
});
