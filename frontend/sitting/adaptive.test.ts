import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import type { AnswerEvent } from "../lib/outbox";
import * as adaptive from "./adaptive";

function told(given: number, confirmed: number, isFinished = false): adaptive.AdaptiveTold {
  const item = given > confirmed && !isFinished ? { position: given } : null;
  const counts = { longest: 6, least: 4, may_end_earlier: true, given, confirmed };
  return { ...counts, is_finished: isFinished, item } as adaptive.AdaptiveTold;
}

function confirm(position: number): AnswerEvent {
  return { seq: position, kind: "confirmed", position, answer: null, at: "" };
}

beforeEach(adaptive.wipe);

test("the item goes when it is confirmed, and the next comes when it is told", () => {
  adaptive.take(told(1, 0));
  assert.equal(adaptive.open.value?.position, 1);
  adaptive.noteConfirmed(1);
  assert.equal(adaptive.step.value, "waiting");
  adaptive.take(told(2, 1));
  assert.equal(adaptive.open.value?.position, 2);
});

test("what overtook an older word stands, and no item comes back", () => {
  adaptive.take(told(2, 1));
  adaptive.take(told(1, 0));
  assert.equal(adaptive.open.value?.position, 2);
  adaptive.take(told(6, 6, true));
  adaptive.take(told(6, 6));
  assert.equal(adaptive.step.value, "finished");
});

test("a reload without a line goes on waiting where the confirmation has not been sent", () => {
  adaptive.take(told(3, 2), [confirm(3)]);
  assert.equal(adaptive.step.value, "waiting");
  assert.equal(adaptive.withConfirmed(told(3, 2), [confirm(3)])?.confirmed, 3);
});
