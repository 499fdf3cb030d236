import assert from "node:assert/strict";
import { test } from "node:test";
import { gcm } from "@noble/ciphers/aes.js";
import { fileName, sealAnswers } from "./answer_file";
import type { AnswerEvent } from "./outbox";

const KEY = Buffer.alloc(32, 7).toString("base64url");
const OF = { sitting: "b5f1", ticket: "T0001", lease: 2, savedAt: "2026-06-01T01:00:00.000Z" };
const event: AnswerEvent = {
  seq: 3,
  kind: "answer",
  position: 1,
  answer: "安培".repeat(40_000),
  at: OF.savedAt,
};

test("what is sealed opens with its key, and only with the head it was sealed under", () => {
  const file = JSON.parse(sealAnswers(OF, [event], KEY));
  const sealed = Buffer.from(file.sealed, "base64");
  const open = (head: object) =>
    gcm(Buffer.alloc(32, 7), sealed.subarray(0, 12), Buffer.from(JSON.stringify(head))).decrypt(
      sealed.subarray(12),
    );
  const read = JSON.parse(Buffer.from(open(file.head)).toString());
  assert.deepEqual(read, { events: [event] });
  assert.equal(file.head.count, 1);
  assert.throws(() => open({ ...file.head, lease_number: 1 }));
});

test("a file is named after the ticket in letters that every disk takes", () => {
  assert.equal(fileName("2026/01 号:7"), "answers-2026_01_号_7.examanswers");
});
