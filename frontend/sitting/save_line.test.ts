import assert from "node:assert/strict";
import { before, test } from "node:test";

before(() => {
  Object.assign(globalThis, { document: { documentElement: { lang: "zh-Hans-CN" } } });
});

const calm = {
  isUp: true,
  wasDown: false,
  pending: 0,
  isMoved: false,
  status: "running",
  added: null,
};

test("saved is said only when the line is up and nothing waits", async () => {
  const { saveState } = await import("./save_line");
  assert.equal(saveState(calm), "saved");
  assert.equal(saveState({ ...calm, pending: 1 }), "saving");
  assert.equal(saveState({ ...calm, isUp: false }), "lost");
  assert.equal(saveState({ ...calm, isUp: false, pending: 3 }), "lost");
  assert.equal(saveState({ ...calm, wasDown: true, pending: 3 }), "back");
});

test("a moved sitting says so before anything else", async () => {
  const { saveState } = await import("./save_line");
  assert.equal(saveState({ ...calm, isMoved: true, isUp: false }), "moved");
  assert.equal(saveState({ ...calm, status: "paused", pending: 2 }), "paused");
});
