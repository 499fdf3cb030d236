import assert from "node:assert/strict";
import { test } from "node:test";
import { bothLanguages } from "./words";

test("fields say the same things with the same facts in both languages", () => {
  const { zh, en } = bothLanguages;
  const names = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((found) => found[1]).sort();
  assert.deepEqual(Object.keys(en).sort(), Object.keys(zh).sort());
  for (const [key, text] of Object.entries(zh))
    assert.deepEqual(names(text), names(en[key as keyof typeof zh]), key);
});
