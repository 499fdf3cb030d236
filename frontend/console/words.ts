import { languageNow, sayIn } from "../lib/i18n";
import { siteTime } from "../lib/site_time";
import type { ActName } from "./asked";
import { progressOf, type SeatFacts } from "./facts";
import { en } from "./words.en";
import { type Key, zh } from "./words.zh";

export const isChinese = languageNow() === "zh_Hans_CN";
export const say = sayIn(isChinese ? zh : en);

const known = isChinese ? zh : en;

/** The words of a code under a prefix; a code this page does not know yet stands as it is. */
function worded(prefix: string, code: string): string {
  const key = `${prefix}_${code}`;
  return key in known ? known[key as Key] : code;
}

export const stateWord = (status: string) => worded("state", status);
export const needWord = (need: string) => worded("need", need);
export const shortNeedWord = (need: string) => worded("short", need);
export const signalWord = (signal: string) => worded("signal", signal);
export const categoryWords = (category: string) => worded("cat", category);

export function signalWords(counts: Record<string, number>): string {
  return Object.entries(counts)
    .map(([kind, count]) => say("signalCount", { what: signalWord(kind), count }))
    .join(say("listComma"));
}

/** How far a seat is, without a whole where nobody knows it. */
export function progressWords(seat: SeatFacts): string {
  const { answered, ends_from, total } = seat;
  const stage = progressOf(seat);
  if (stage === "whole") return `${answered} / ${total}`;
  return say(stage, { answered, least: ends_from ?? 0, total });
}

/** A time of the day at the site: to the minute, or to the second. */
export function clockText(instant: string | number, withSeconds = false): string {
  return siteTime(instant, withSeconds);
}

export function durationWords(seconds: number): string {
  if (seconds < 60) return say("durationSeconds", { seconds });
  return say("durationMinutes", { minutes: Math.floor(seconds / 60), seconds: seconds % 60 });
}

export const CATEGORY_GROUPS = [
  { name: "group_faults", categories: "machine power network health paper other".split(" ") },
  {
    name: "group_violations",
    categories: "warning after_end subject_void cheating device impersonation disorder".split(" "),
  },
  { name: "group_notes", categories: ["note"] },
] as const;

const FAULT_REASONS = [say("reason_restart"), say("reason_replaced"), say("reason_network")];

export const REASONS: Partial<Record<ActName, readonly string[]>> = {
  grant_time: [...FAULT_REASONS, say("reason_power"), say("reason_health")],
  grant_lost_time: FAULT_REASONS,
  take_back_time: [say("givenInError")],
  pause_sitting: [say("reason_power"), say("reason_network"), say("reason_alarm")],
  let_in: [say("reason_no_browser")],
  force_hand_in: [say("reason_asked"), say("reason_health"), say("reason_violation")],
};

export interface Template {
  zh: string;
  en: string;
}

export const TEMPLATES: readonly Template[] = [
  { zh: "时间充裕，请安心作答。", en: "There is enough time; work calmly." },
  { zh: "距考试结束还有 10 分钟，请检查答题卡。", en: "10 minutes left. Check your answer card." },
  { zh: "请保持安静，不要交谈。", en: "Please keep quiet and do not talk." },
  { zh: "网络已恢复，答案都已保存，请继续。", en: "The network is back. All is saved; go on." },
  { zh: "请举手等候，监考员马上到。", en: "Raise your hand and wait; a proctor is coming." },
];

export const KEYS: readonly [string, string][] = [
  ["↑ ↓ ← →", say("key_arrows")],
  ["Home End", say("key_home")],
  [isChinese ? "空格" : "Space", say("key_space")],
  ["Shift + ↑", say("key_shift")],
  ["Ctrl + A", say("key_all")],
  ["Enter", say("key_enter")],
  ["Esc", say("key_escape")],
  ["?", say("key_help")],
  [isChinese ? "鼠标" : "Mouse", say("key_click")],
];
