import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type AnswerEvent,
  applied,
  isOvertaken,
  MOST_EVENTS,
  Outbox,
  type OutboxStore,
} from "./outbox";

class MemoryStore implements OutboxStore {
  rows = new Map<number, AnswerEvent>();
  acked = 0;
  async all() {
    return [...this.rows.values()];
  }
  async put(event: AnswerEvent) {
    this.rows.set(event.seq, event);
  }
  async settle(upTo: number) {
    this.acked = upTo;
  }
}

const change = (position: number, answer = "A") =>
  ({ kind: "answer", position, answer, at: "2026-06-01T01:00:00.000Z" }) as const;

test("a change is on disk before it can be sent", async () => {
  const store = new MemoryStore();
  const outbox = new Outbox(store);
  await outbox.open(0);
  const event = await outbox.add(change(1));
  assert.deepEqual(store.rows.get(event.seq), event);
});

test("numbers go on after a reload, behind what the server has and what was kept", async () => {
  const store = new MemoryStore();
  const first = new Outbox(store);
  await first.open(4);
  await first.add(change(1));
  await first.add(change(2));
  const reloaded = new Outbox(store);
  await reloaded.open(5);
  assert.deepEqual(
    reloaded.pending.map((event) => event.seq),
    [6],
  );
  assert.equal((await reloaded.add(change(3))).seq, 7);
});

test("an acknowledged change is sent no more, what came after is", async () => {
  const store = new MemoryStore();
  const outbox = new Outbox(store);
  await outbox.open(0);
  for (const position of [1, 2, 3]) await outbox.add(change(position));
  await outbox.acknowledge(2);
  assert.deepEqual(
    outbox.pending.map((event) => event.seq),
    [3],
  );
  assert.equal(store.acked, 2);
  assert.equal(store.rows.size, 3, "until the server's state with them has been kept");
});

test("a message keeps the protocol's limit and the order", async () => {
  const outbox = new Outbox(new MemoryStore());
  await outbox.open(0);
  for (let n = 0; n < MOST_EVENTS + 5; n += 1) await outbox.add(change(1));
  const message = outbox.nextMessage();
  assert.equal(message.length, MOST_EVENTS);
  assert.equal(message[0]?.seq, 1);
});

test("a message keeps its size in bytes, and one large change still goes", async () => {
  const outbox = new Outbox(new MemoryStore());
  await outbox.open(0);
  for (let n = 0; n < 6; n += 1) await outbox.add(change(1, "汉".repeat(20_000)));
  const sent = outbox.nextMessage();
  assert.equal(sent.length, 3);
  const one = new Outbox(new MemoryStore());
  await one.open(0);
  await one.add(change(1, "汉".repeat(100_000)));
  assert.equal(one.nextMessage().length, 1);
});

test("what stands is the server's answers overlaid by kept changes", () => {
  const events: AnswerEvent[] = [
    { ...change(1, "B"), seq: 1 },
    { ...change(2), kind: "flagged", answer: null, seq: 2 },
    { ...change(3), kind: "unflagged", answer: null, seq: 3 },
  ];
  const standing = applied({ "1": "A", "4": "D" }, [3], events);
  assert.deepEqual(standing.answers, { "1": "B", "4": "D" });
  assert.deepEqual([...standing.flagged], [2]);
});

test("a state that an acknowledged answer has overtaken takes nothing away; a loss is believed", async () => {
  const outbox = new Outbox(new MemoryStore());
  await outbox.open(0);
  for (const position of [1, 2, 3]) await outbox.add(change(position));
  await outbox.acknowledge(2);
  const asked = outbox.acked;
  await outbox.acknowledge(3); // while the state that tells of two is on its way
  assert.equal(isOvertaken(2, asked, outbox.acked), true);
  assert.equal(isOvertaken(3, asked, outbox.acked), false);
  assert.equal(isOvertaken(1, asked, outbox.acked), false);
});

test("a disk that fails is told of and keeps nothing from being sent", async () => {
  class FullStore extends MemoryStore {
    override async put(event: AnswerEvent) {
      if (event.seq === 1) throw new Error("QuotaExceededError");
      await super.put(event);
    }
    override async settle() {
      throw new Error("closed");
    }
  }
  let failures = 0;
  const store = new FullStore();
  const outbox = new Outbox(store, () => {
    failures += 1;
  });
  await outbox.open(0);
  await outbox.add(change(1));
  await outbox.add(change(2));
  await outbox.settled();
  assert.deepEqual(
    outbox.nextMessage().map((event) => event.seq),
    [1, 2],
  );
  assert.deepEqual([...store.rows.keys()], [2]);
  await outbox.acknowledge(2);
  assert.equal(outbox.pending.length, 0);
  assert.equal(failures, 3);
});
