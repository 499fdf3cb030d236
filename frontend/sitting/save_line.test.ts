import assert from "node:assert/strict";
import { before, test } from "node:test";

before(() => {
  Object.assign(globalThis, { document: { documentElement: { lang: "zh-Hans-CN" } } });
});

const calm = {
  isUp: true,
  wasDown: false,
  pending: 0,
  isTyping: false,
  isMoved: false,
  isServerSlow: false,
  isTimeOver: false,
  isStoreBroken: false,
  isHandInWaiting: false,
  status: "running",
  notice: null,
};
const added = { key: "timeAdded", minutes: "5" } as const;
const taken = { key: "timeTaken", minutes: "5" } as const;

test("saved is said only when the line is up and nothing waits", async () => {
  const { saveState } = await import("./save_line");
  assert.equal(saveState(calm), "saved");
  assert.equal(saveState({ ...calm, pending: 1 }), "saving");
  assert.equal(saveState({ ...calm, isTyping: true }), "typing");
  assert.equal(saveState({ ...calm, isTyping: true, isUp: false }), "lost");
  assert.equal(saveState({ ...calm, isUp: false }), "lost");
  assert.equal(saveState({ ...calm, isUp: false, pending: 3 }), "lost");
  assert.equal(saveState({ ...calm, wasDown: true, pending: 3 }), "back");
  assert.equal(saveState({ ...calm, isServerSlow: true, pending: 3 }), "slow");
});

test("a moved sitting says so before anything else", async () => {
  const { saveState } = await import("./save_line");
  assert.equal(saveState({ ...calm, isMoved: true, isUp: false }), "moved");
  assert.equal(saveState({ ...calm, status: "paused", pending: 2 }), "paused");
  assert.equal(saveState({ ...calm, status: "paused", notice: taken }), "paused");
});

/** The texts of an element, as a reader would hear them. */
function textOf(node: unknown): string {
  if (typeof node === "string" || typeof node === "number") return String(node);
  if (Array.isArray(node)) return node.map(textOf).filter(Boolean).join(" ");
  const props = (node as { props?: { children?: unknown } } | null)?.props;
  return props ? textOf(props.children) : "";
}

const CASES = [
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
    { ...calm, isServerSlow: true, pending: 2 },
    "⚠ 服务器繁忙，答案已存在本机（2），会自动重发，请继续作答",
    "⚠ The server is busy. Your answers (2) are kept on this computer and sent again. Keep working",
  ],
  [
    { ...calm, isUp: false, status: "paused" },
    "⚠ 网络中断，答案已存在本机，请在座位上等候",
    "⚠ Line lost. Your answers are kept on this computer. Please wait at your seat",
  ],
  [
    { ...calm, isUp: false, pending: 2, isHandInWaiting: true },
    "⚠ 网络中断，答案和交卷请求已存在本机，恢复后自动交卷",
    "⚠ Line lost. Answers and hand-in are kept here and sent when it is back",
  ],
  [
    { ...calm, wasDown: true, pending: 5, isHandInWaiting: true },
    "↻ 已恢复，正在补传（5） 随后自动交卷",
    "↻ Back. Sending kept answers (5) Then it hands in by itself",
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
  [
    { ...calm, status: "held" },
    "Ⅱ 服务器中断过，请等待监考员处理；您的答案都在",
    "Ⅱ The server was away. Wait for the proctor; your answers are safe",
  ],
  [
    { ...calm, notice: added },
    "＋ 监考员为您增加 5 分钟 ✓ 全部已保存",
    "＋ The proctor added 5 minutes ✓ All saved",
  ],
  [
    { ...calm, notice: taken, pending: 1 },
    "－ 监考员收回多加的 5 分钟 ⋯ 正在保存（1）",
    "－ The proctor took back 5 added minutes ⋯ Saving (1)",
  ],
] as const;

test("the line shows exactly these words in both languages", async () => {
  const { SaveLine } = await import("./save_line");
  const state = await import("./state");
  const time = await import("./time");
  const { language } = await import("./words");
  time.take("2026-06-01T01:00:00.000Z");
  const shown = (chosen: "zh_Hans_CN" | "en") => {
    language.value = chosen;
    return CASES.map(([facts]) => {
      state.isUp.value = facts.isUp;
      state.wasDown.value = facts.wasDown;
      state.isServerSlow.value = facts.isServerSlow;
      state.isStoreBroken.value = facts.isStoreBroken;
      state.pendingCount.value = facts.pending;
      state.isMoved.value = facts.isMoved;
      state.handInStep.value = facts.isHandInWaiting ? "waiting" : "none";
      state.sitting.value = { status: facts.status } as never;
      state.timeNotice.value = facts.notice;
      return textOf(SaveLine());
    });
  };
  assert.deepEqual(
    shown("en"),
    CASES.map((each) => each[2]),
  );
  assert.deepEqual(
    shown("zh_Hans_CN"),
    CASES.map((each) => each[1]),
  );
});

test("what stands in memory only is not said to be kept, and a jumped clock is told of", async () => {
  const { SaveLine } = await import("./save_line");
  const state = await import("./state");
  const time = await import("./time");
  const { language } = await import("./words");
  language.value = "en";
  state.sitting.value = { status: "running" } as never;
  state.timeNotice.value = null;
  state.isMoved.value = false;
  state.isUp.value = false;
  state.isStoreBroken.value = true;
  assert.match(textOf(SaveLine()), /in this page only: keep working, do not close or reload/);
  state.isStoreBroken.value = false;
  time.isSure.value = false;
  const { UnsureTime } = await import("./line_details");
  assert.match(textOf(UnsureTime()), /clock has changed: the server confirms your time/);
});
