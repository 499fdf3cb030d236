import assert from "node:assert/strict";
import { before, test } from "node:test";

before(() => {
  Object.assign(globalThis, { document: { documentElement: { lang: "zh-Hans-CN" } } });
});

test("letters and numbers choose as many options as there are", async () => {
  const { meaningOf } = await import("./keys");
  assert.deepEqual(meaningOf("a", 4), { act: "choose", place: 0 });
  assert.deepEqual(meaningOf("D", 4), { act: "choose", place: 3 });
  assert.deepEqual(meaningOf("4", 4), { act: "choose", place: 3 });
  assert.equal(meaningOf("e", 4), null);
  assert.equal(meaningOf("5", 4), null);
  assert.equal(meaningOf("9", 8), null);
  assert.equal(meaningOf(" ", 4), null);
});

test("F always flags; a sixth option is chosen by 6, the seventh by G", async () => {
  const { meaningOf } = await import("./keys");
  for (const n of [0, 4, 6, 8]) assert.deepEqual(meaningOf("f", n), { act: "flag" });
  assert.deepEqual(meaningOf("6", 8), { act: "choose", place: 5 });
  assert.deepEqual(meaningOf("g", 8), { act: "choose", place: 6 });
});

test("no key has two meanings, whatever the number of options", async () => {
  const { meaningOf } = await import("./keys");
  const keys = [..."abcdefghABCDEFGH12345678", "ArrowLeft", "ArrowRight", "Enter"];
  for (const key of keys) {
    const acts = [0, 2, 4, 6, 8].map((n) => meaningOf(key, n)).filter((each) => each !== null);
    const said = new Set(acts.map((each) => JSON.stringify(each)));
    assert.ok(said.size <= 1, key);
  }
});

test("arrows move and Enter goes on", async () => {
  const { meaningOf } = await import("./keys");
  assert.deepEqual(meaningOf("ArrowLeft", 4), { act: "move", step: -1 });
  assert.deepEqual(meaningOf("Enter", 4), { act: "next" });
  assert.equal(meaningOf("Tab", 4), null);
});
