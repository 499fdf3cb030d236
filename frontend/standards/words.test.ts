import assert from "node:assert/strict";
import { test } from "node:test";
import { en } from "./words.en";
import { zh } from "./words.zh";

test("both languages fill the same places", () => {
  const places = (text: string) => [...text.matchAll(/\{(\w+)/g)].map((each) => each[1]).sort();
  for (const key of Object.keys(en) as (keyof typeof en)[])
    assert.deepEqual([...new Set(places(zh[key]))], [...new Set(places(en[key]))], key);
});
