import assert from "node:assert/strict";
import { test } from "node:test";
import { LONGEST, longestOf } from "./longest";

const SERVER_TAKES = 64 * 1024;

test("the longest texts of a material fit into what the server takes, in Chinese too", () => {
  for (const count of [1, 2, 3, 7, 20]) {
    const parts = [...Array.from({ length: count }, () => ({ lines: 5 })), { lines: undefined }];
    const text = "汉".repeat(longestOf(parts));
    const answer = Object.fromEntries(parts.slice(0, count).map((_, n) => [`part-${n}`, text]));
    assert.ok(new TextEncoder().encode(JSON.stringify(answer)).length < SERVER_TAKES, `${count}`);
  }
  assert.equal(longestOf([{ lines: undefined }]), LONGEST);
});
