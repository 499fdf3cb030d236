import assert from "node:assert/strict";
import { test } from "node:test";
import { sectionTitle } from "./localized";

const section = { title: "单选", titles: { zh_Hans_CN: "单选", en: "Single choice" } };

test("a section's title is in the language asked for first that it has", () => {
  assert.equal(sectionTitle(section, [null, "en"]), "Single choice");
  assert.equal(sectionTitle(section, ["zh_Hans_CN", "en"]), "单选");
  assert.equal(sectionTitle(section, ["de", "en"]), "Single choice");
});

test("a paper sealed without titles by language keeps its own", () => {
  assert.equal(sectionTitle({ title: "单选" }, ["en"]), "单选");
  assert.equal(sectionTitle(section, ["de"]), "单选");
});
