import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { type Reply, Saver, type Sent } from "./saver";

const cell = (typed: string): Sent => ({
  registration: "r1",
  component: "practical",
  typed,
  seen: "",
});
const nothing: Reply = { saved: [], conflicts: [], refused: [] };

async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
}

test("what is typed shortly after one another goes in one message, the last text counts", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const sent: Sent[][] = [];
  const saver = new Saver(
    async (cells) => {
      sent.push(cells);
      return nothing;
    },
    () => {},
    () => {},
  );
  saver.add(cell("8"));
  saver.add(cell("85"));
  mock.timers.tick(300);
  await settle();
  assert.deepEqual(
    sent.map((cells) => cells.map((each) => each.typed)),
    [["85"]],
  );
  assert.equal(saver.count, 0);
  mock.timers.reset();
});

test("while the line is down nothing is dropped, and it is sent again", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  let isUp = false;
  let taken = 0;
  const saver = new Saver(
    async () => {
      if (!isUp) throw new Error("no line");
      return nothing;
    },
    () => {
      taken += 1;
    },
    () => {},
  );
  saver.add(cell("85"));
  mock.timers.tick(300);
  await settle();
  assert.equal(saver.line, "down");
  assert.equal(saver.count, 1);
  isUp = true;
  mock.timers.tick(1000);
  await settle();
  assert.deepEqual([saver.line, saver.count, taken], ["up", 0, 1]);
  mock.timers.reset();
});

test("what is typed while a message is on its way goes with the next", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const sent: string[] = [];
  const saver: Saver = new Saver(
    async (cells) => {
      sent.push(...cells.map((each) => each.typed));
      if (sent.length === 1) saver.add(cell("86"));
      return nothing;
    },
    () => {},
    () => {},
  );
  saver.add(cell("85"));
  mock.timers.tick(300);
  await settle();
  assert.equal(saver.count, 1);
  mock.timers.tick(300);
  await settle();
  assert.deepEqual(sent, ["85", "86"]);
  mock.timers.reset();
});
