import assert from "node:assert/strict";
import { beforeEach, type TestContext, test } from "node:test";
import { Draft, flushDrafts } from "./drafts";

let given: string[] = [];
beforeEach(() => {
  given = [];
});

function draft(t: TestContext, text = ""): Draft {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  return new Draft(text, (each) => given.push(each));
}

test("a text becomes an answer after a second's rest", (t) => {
  const typed = draft(t);
  typed.type("a");
  t.mock.timers.tick(999);
  assert.deepEqual(given, []);
  t.mock.timers.tick(1);
  assert.deepEqual(given, ["a"]);
});

test("typing without a rest gives what stands every five seconds, never more often", (t) => {
  const typed = draft(t);
  let text = "";
  for (let n = 0; n < 24; n += 1) {
    text += "x";
    typed.type(text);
    t.mock.timers.tick(500); // 12 seconds, a letter every half
  }
  assert.deepEqual(
    given.map((each) => each.length),
    [10, 20],
  );
  t.mock.timers.tick(1000);
  assert.equal(given.length, 3);
  assert.equal(given[2], text);
});

test("leaving gives at once, and once", (t) => {
  const typed = draft(t);
  typed.type("b");
  typed.flush();
  t.mock.timers.tick(10_000);
  assert.deepEqual(given, ["b"]);
});

test("what an input method is composing is not sent, what stood before it is", (t) => {
  const typed = draft(t);
  typed.type("电");
  typed.type("电l", true);
  typed.type("电liu", true);
  t.mock.timers.tick(6000);
  assert.deepEqual(given, ["电"]);
  assert.ok(typed.isOpen);
  typed.type("电流");
  t.mock.timers.tick(1000);
  assert.deepEqual(given, ["电", "电流"]);
});

test("typed back to what was given is no answer of its own", (t) => {
  const typed = draft(t, "A");
  typed.type("AB");
  typed.type("A");
  t.mock.timers.tick(10_000);
  assert.deepEqual(given, []);
});

test("handing in gives every open text", (t) => {
  const one = draft(t);
  const other = new Draft("", (each) => given.push(each));
  one.type("1");
  other.type("2");
  flushDrafts();
  assert.deepEqual(given, ["1", "2"]);
});

test("what comes from elsewhere never overwrites what is being typed", (t) => {
  const typed = draft(t, "old");
  typed.type("new");
  assert.equal(typed.take(""), false);
  typed.flush();
  assert.equal(typed.take(""), true);
  assert.equal(typed.isOpen, false);
});
