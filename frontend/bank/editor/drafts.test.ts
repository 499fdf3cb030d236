import assert from "node:assert/strict";
import { test } from "node:test";
import { Drafts, draftName, type Shelf } from "./drafts";
import { type Edited, emptyBody } from "./model";

function shelf(): Shelf & { kept: Map<string, string> } {
  const kept = new Map<string, string>();
  return {
    kept,
    getItem: (name) => kept.get(name) ?? null,
    setItem: (name, value) => void kept.set(name, value),
    removeItem: (name) => void kept.delete(name),
  };
}

const edited: Edited = {
  code: "",
  point: "",
  difficulty: 3,
  explanation: "",
  explanations: {},
  seenVersion: 0,
  body: emptyBody("single"),
};

test("what was kept is read back, and gone when dropped", () => {
  const drafts = new Drafts(shelf(), draftName(1, "bank", "new"));
  assert.ok(drafts.keep(edited, 5));
  assert.deepEqual(drafts.read(), { at: 5, edited });
  drafts.drop();
  assert.equal(drafts.read(), null);
});

test("two people's drafts of one item stay apart, and so do two slots", () => {
  const place = shelf();
  new Drafts(place, draftName(1, "b", "i")).keep(edited, 1);
  assert.equal(new Drafts(place, draftName(2, "b", "i")).read(), null);
  assert.equal(new Drafts(place, draftName(1, "b", "i")).read(":mine"), null);
});

test("what cannot be read is no draft, what cannot be kept is told", () => {
  const place = shelf();
  place.kept.set("x", "{");
  assert.equal(new Drafts(place, "x").read(), null);
  const full = { ...place, setItem: () => assert.fail("full") };
  assert.equal(new Drafts(full, "x").keep(edited, 1), false);
});
