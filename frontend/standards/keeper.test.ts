import assert from "node:assert/strict";
import { test } from "node:test";
import { LINE_LOST } from "../lib/http";
import { Keeper, type LineState, type Send, type Store } from "./keeper";

function memory(): Store & { kept: Map<string, string> } {
  const kept = new Map<string, string>();
  return {
    kept,
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, text) => void kept.set(key, text),
    removeItem: (key) => void kept.delete(key),
  };
}

test("a rating stays on this computer until it is acknowledged, and is sent again", async () => {
  const store = memory();
  const states: LineState[] = [];
  const again: (() => void)[] = [];
  let isUp = false;
  const got: number[][] = [];
  const send: Send = async (ratings) => {
    if (!isUp) return { ok: false, code: LINE_LOST };
    got.push(ratings.map(({ place, value }) => place * 1000 + (value ?? 0)));
    return { ok: true };
  };
  const keeper = new Keeper(
    "k",
    store,
    send,
    (state) => states.push(state),
    (act) => again.push(act),
  );
  keeper.rate(3, { value: 55, note: "" });
  await new Promise(setImmediate);
  assert.equal(states.at(-1), "lost");
  assert.deepEqual(JSON.parse(store.kept.get("k") ?? ""), { "3": { value: 55, note: "" } });
  const reloaded = new Keeper(
    "k",
    store,
    send,
    (state) => states.push(state),
    (act) => again.push(act),
  );
  isUp = true;
  assert.equal(await reloaded.flush(), true);
  assert.deepEqual(got, [[3055]]);
  assert.equal(states.at(-1), "saved");
  assert.equal(store.kept.size, 0);
});

test("a rating changed while the older one was under way is sent too", async () => {
  const got: (number | null)[] = [];
  let keeper: Keeper;
  const send: Send = async (ratings) => {
    got.push(ratings[0]?.value ?? null);
    if (got.length === 1) keeper.rate(1, { value: 70, note: "" });
    return { ok: true };
  };
  keeper = new Keeper("k", memory(), send, () => {});
  keeper.rate(1, { value: 50, note: "" });
  await new Promise(setImmediate);
  assert.deepEqual(got, [50, 70]);
});

test("a refusal is told and not sent over and over", async () => {
  const states: LineState[] = [];
  const again: (() => void)[] = [];
  const keeper = new Keeper(
    "k",
    memory(),
    async () => ({ ok: false, code: "no_round_open", message: "closed" }),
    (state) => states.push(state),
    (act) => again.push(act),
  );
  keeper.rate(1, { value: 50, note: "" });
  await new Promise(setImmediate);
  assert.equal(states.at(-1), "refused");
  assert.equal(keeper.message, "closed");
  assert.equal(again.length, 0);
});

test("who waits for what is under way waits until it has arrived", async () => {
  let arrive = () => {};
  const onItsWay = new Promise<void>((done) => {
    arrive = done;
  });
  const send: Send = async () => {
    await onItsWay;
    return { ok: true };
  };
  const keeper = new Keeper("k", memory(), send, () => {});
  keeper.rate(1, { value: 70, note: "" });
  const waited = keeper.flush();
  arrive();
  assert.equal(await waited, true);
  assert.deepEqual(keeper.unsent, {});
});
