import assert from "node:assert/strict";
import { test } from "node:test";
import { filled } from "./i18n";

test("values are filled in, unknown names stay to be seen", () => {
  assert.equal(filled("{count} of {total}", { count: 3 }), "3 of {total}");
});

test("a word follows its number, written as a number or as a text", () => {
  const text = "{n} {n|mark|marks} each";
  assert.equal(filled(text, { n: 1 }), "1 mark each");
  assert.equal(filled(text, { n: "1.0" }), "1.0 mark each");
  assert.equal(filled(text, { n: "0.5" }), "0.5 marks each");
  assert.equal(filled(text, { n: 0 }), "0 marks each");
});
