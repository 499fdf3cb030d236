import assert from "node:assert/strict";
import { before, test } from "node:test";

before(() => {
  Object.assign(globalThis, { document: { documentElement: { lang: "zh-Hans-CN" } } });
});

const calm = {
  isUp: true,
  wasDown: false,
  pending: 0,
  isMoved: false,
  status: "running",
  added: null,
};

test("saved is said only when the line is up and nothing waits", async () => {
  const { saveState } = await import("./save_line");
  assert.equal(saveState(calm), "saved");
  assert.equal(saveState({ ...calm, pending: 1 }), "saving");
  assert.equal(saveState({ ...calm, isUp: false }), "lost");
  assert.equal(saveState({ ...calm, isUp: false, pending: 3 }), "lost");
  assert.equal(saveState({ ...calm, wasDown: true, pending: 3 }), "back");
});

test("a moved sitting says so before anything else", async () => {
  const { saveState } = await import("./save_line");
  assert.equal(saveState({ ...calm, isMoved: true, isUp: false }), "moved");
  assert.equal(saveState({ ...calm, status: "paused", pending: 2 }), "paused");
});

test("the line says exactly these words in both languages", async () => {
  const { saveState, saveWords } = await import("./save_line");
  const { language, say } = await import("./words");
  const cases = [
    [calm, "✓ 全部已保存", "✓ All saved"],
    [{ ...calm, pending: 2 }, "⋯ 正在保存（2）", "⋯ Saving (2)"],
    [
      { ...calm, isUp: false },
      "⚠ 网络中断，答案已存在本机，请继续作答",
      "⚠ Line lost. Your answers are kept on this computer. Keep working",
    ],
    [
      { ...calm, wasDown: true, pending: 5 },
      "↻ 已恢复，正在补传（5）",
      "↻ Back. Sending kept answers (5)",
    ],
    [
      { ...calm, isMoved: true },
      "■ 此座位已转移到另一台机器",
      "■ This sitting has moved to another computer",
    ],
    [
      { ...calm, status: "paused" },
      "Ⅱ 考试已暂停，时间停止计算",
      "Ⅱ Paused. Your time is not running",
    ],
  ] as const;
  const spoken = (chosen: "zh_Hans_CN" | "en") => {
    language.value = chosen;
    return [
      ...cases.map(([facts]) => saveWords(saveState(facts), facts)),
      say("timeAdded", { minutes: 5 }),
    ];
  };
  assert.deepEqual(spoken("en"), [
    ...cases.map((each) => each[2]),
    "＋ The proctor added 5 minutes",
  ]);
  assert.deepEqual(spoken("zh_Hans_CN"), [
    ...cases.map((each) => each[1]),
    "＋ 监考员为您增加 5 分钟",
  ]);
});
