import assert from "node:assert/strict";
import { before, test } from "node:test";
import { MemoryDrawer } from "../lib/drawer";
import { type Answer, type AnswerEvent, applied, Outbox } from "../lib/outbox";
import { outboxStore } from "../lib/store";
import type { SittingState } from "./state";

before(() => {
  Object.assign(globalThis, { document: { documentElement: { lang: "zh-Hans-CN" } } });
});

const SITTING = "b5f1";
const POSITIONS = 5;

/** A disk whose computer loses its power at the n-th write: nothing is written from then on. */
class CutDrawer extends MemoryDrawer {
  constructor(private left: number) {
    super();
  }
  private write(act: () => Promise<void>): Promise<void> {
    this.left -= 1;
    return this.left < 0 ? new Promise(() => undefined) : act();
  }
  override put(name: string, value: unknown) {
    return this.write(() => super.put(name, structuredClone(value)));
  }
  override addEvent(sitting: string, event: AnswerEvent) {
    return this.write(() => super.addEvent(sitting, event));
  }
  override dropEvents(sitting: string, upTo: number) {
    return this.write(() => super.dropEvents(sitting, upTo));
  }
}

/** Numbers that look random and are the same at every run. */
function* numbers(seed: number): Generator<number> {
  let now = seed * 2654435761 + 1;
  for (;;) {
    now = (now * 1103515245 + 12345) % 2147483648;
    yield now / 2147483648;
  }
}

/** What the server would tell after these events. */
function told(events: readonly AnswerEvent[]): SittingState {
  const standing = applied({}, [], events);
  return {
    sitting_id: SITTING,
    status: "running",
    acked_seq: events.length,
    answers: standing.answers,
    flagged: [...standing.flagged],
    seen: [],
    planned_start: new Date().toISOString(),
    ends_at: null,
    minutes: 60,
  } as unknown as SittingState;
}

/** Work, acknowledgements and states in any order; what was on the disk when the power went. */
async function worked(drawer: CutDrawer, seed: number): Promise<AnswerEvent[]> {
  const { Keeper } = await import("./keeper");
  const keeper = new Keeper(drawer);
  const outbox = new Outbox(outboxStore(drawer, SITTING));
  await outbox.open(0);
  keeper.keep(told([]));
  const [random, all, onDisk]: [Generator<number>, AnswerEvent[], AnswerEvent[]] = [
    numbers(seed),
    [],
    [],
  ];
  const next = () => random.next().value as number;
  for (let step = 0; step < 30; step += 1) {
    const act = next();
    if (act < 0.5) {
      const position = 1 + Math.floor(next() * POSITIONS);
      const answer: Answer = next() < 0.2 ? null : String(step);
      const kind = next() < 0.2 ? "flagged" : "answer";
      void outbox.add({ kind, position, answer, at: "" }).then((event) => onDisk.push(event));
      all.push(outbox.pending.at(-1) as AnswerEvent);
    } else if (act < 0.75) void outbox.acknowledge(Math.ceil(next() * all.length));
    else if (outbox.acked > 0) keeper.keep(told(all.slice(0, outbox.acked)));
    await new Promise((done) => setImmediate(done));
  }
  return onDisk;
}

test("whenever the power goes, state and events together hold every change that was on the disk", async () => {
  const { Keeper } = await import("./keeper");
  for (let seed = 1; seed <= 12; seed += 1)
    for (let writes = 1; writes < 45; writes += 2) {
      const drawer = new CutDrawer(writes);
      const onDisk = await worked(drawer, seed);
      const standing = await new Keeper(drawer).standing(SITTING);
      assert.ok(standing !== "long_past");
      const expected = applied({}, [], onDisk);
      assert.deepEqual(standing?.answers ?? {}, expected.answers, `seed ${seed}, write ${writes}`);
      assert.deepEqual([...(standing?.flagged ?? [])].sort(), [...expected.flagged].sort());
    }
});

test("a sitting long past is not shown again", async () => {
  const { isLongPast } = await import("./keeper");
  const now = Date.parse("2026-06-01T12:00:00Z");
  const of = (planned_start: string, ends_at: string | null) =>
    ({ ...told([]), planned_start, ends_at }) as SittingState;
  assert.equal(isLongPast(of("2026-06-01T10:00:00Z", "2026-06-01T11:00:00Z"), now), false);
  assert.equal(isLongPast(of("2026-05-31T09:00:00Z", "2026-05-31T10:00:00Z"), now), true);
  assert.equal(isLongPast(of("2026-05-30T09:00:00Z", null), now), true);
});
