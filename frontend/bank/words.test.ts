import assert from "node:assert/strict";
import { test } from "node:test";
import { en } from "./words.en";
import { zh } from "./words.zh";

test("both languages say the same things with the same facts", () => {
  const names = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((found) => found[1]).sort();
  assert.deepEqual(Object.keys(en).sort(), Object.keys(zh).sort());
  for (const [key, text] of Object.entries(zh))
    assert.deepEqual(names(text), names(en[key as keyof typeof zh]), key);
});
