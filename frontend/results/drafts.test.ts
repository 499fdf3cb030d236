import assert from "node:assert/strict";
import { test } from "node:test";
import { Drafts } from "./drafts";

function memory() {
  const held = new Map<string, string>();
  return {
    held,
    getItem: (name: string) => held.get(name) ?? null,
    setItem: (name: string, value: string) => void held.set(name, value),
    removeItem: (name: string) => void held.delete(name),
  };
}

const place = { registration: "r1", component: "practical" };

test("a draft is there after a reload, until it has been saved", () => {
  const store = memory();
  new Drafts(store, "marks").keep(place, { typed: "85", seen: "" });
  const again = new Drafts(store, "marks");
  assert.deepEqual(again.get(place), { typed: "85", seen: "" });
  again.drop(place);
  assert.equal(store.held.size, 0);
  assert.equal(new Drafts(store, "marks").size, 0);
});

test("a broken or full store is no reason to stop", () => {
  const store = memory();
  store.held.set("marks", "{broken");
  assert.equal(new Drafts(store, "marks").size, 0);
  const full = {
    ...store,
    setItem: () => {
      throw new Error("full");
    },
  };
  const drafts = new Drafts(full, "marks");
  drafts.keep(place, { typed: "1", seen: "" });
  assert.equal(drafts.get(place)?.typed, "1");
});
