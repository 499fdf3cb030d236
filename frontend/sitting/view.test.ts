import assert from "node:assert/strict";
import { test } from "node:test";
import { FRESH, readView, viewOf } from "./view";

test("a reload keeps place, view, size and colours; nonsense is a fresh view", () => {
  const kept = { ...FRESH, sitting: "s", place: 17, mode: "scroll", size: 3, theme: "contrast" };
  assert.deepEqual(readView(JSON.stringify(kept)), kept);
  assert.deepEqual(readView("{"), FRESH);
  assert.deepEqual(readView(null), FRESH);
  assert.deepEqual(readView('{"strange": 1}'), FRESH);
});

test("what was chosen before signing in goes with the candidate, never to the next one", () => {
  const chosen = { ...FRESH, size: 2 as const, theme: "dark" as const };
  assert.deepEqual(viewOf(chosen, "first"), { ...chosen, sitting: "first" });
  assert.deepEqual(viewOf({ ...chosen, sitting: "first", place: 9 }, "second"), {
    ...FRESH,
    sitting: "second",
  });
});
