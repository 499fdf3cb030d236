// What a seat knows, as signals; seat.ts changes it, the views show it.
import { computed, signal } from "@preact/signals";
import { type Away, isOverAllowance, leftOf } from "../lib/clock";
import { asked, type Fullness, fullness } from "../lib/fields/answers";
import { watchDrafts } from "../lib/fields/drafts";
import {
  localized,
  paperLanguages,
  type ShownOrders,
  sectionTitle,
  shown,
} from "../lib/fields/localized";
import type { Answer } from "../lib/outbox";
import type { FormBody, FormItem } from "../lib/sealed";
import type { KeptReceipt } from "../lib/store";
import { type AdaptiveTold, step as adaptiveStep, told as adaptiveTold } from "./adaptive";
import type { BrowserRule } from "./safe_browser";
import * as time from "./time";
import { view } from "./view";
import { language } from "./words";

export interface Receipt {
  count: number;
  handed_in_at: string;
  code: string;
  reason: string;
}

export interface Candidate {
  name: string;
  ticket: string;
  id_number_masked: string;
  site: string;
  room: string;
  seat: number;
}

export interface SittingState {
  sitting_id: string;
  status: string;
  clock_number: number;
  lease_number: number;
  now: string;
  planned_start: string;
  starts_at: string | null;
  ends_at: string | null;
  minutes: number;
  extra_min: number;
  break_min: number;
  break_left_s: number;
  large_text: boolean;
  signals: string[];
  safe_browser: BrowserRule | null;
  away: Away | null;
  late_limit_min: number | null;
  hand_in_after_min: number;
  form: {
    id: string;
    exam_session: string;
    url: string;
    sha256: string;
    has_formulas: boolean;
  } | null;
  /** An adaptive test: then there is no form, and one item after the other is told. */
  adaptive: AdaptiveTold | null;
  language: string | null;
  acked_seq: number;
  answers: Record<string, Answer>;
  flagged: number[];
  seen: number[];
  order: { items: number[]; options: ShownOrders } | null;
  candidate: Candidate;
  organization: string;
  subject: string;
  subject_en: string;
  level: number;
  is_rehearsal: boolean;
  hand_in_from: string | null;
  identity_confirmed: boolean;
  pledge_accepted: boolean;
  called: boolean;
  receipt: Receipt | null;
  key?: string;
  answer_file_key?: string;
}

/** Everything that waits here stands in an answer file too. */
export const isFileSaved = signal(false);

export interface FileKey {
  sitting: string;
  ticket: string;
  lease: number;
  key: string;
}

export interface TimeNotice {
  key: "timeAdded" | "timeTaken";
  minutes: string;
}

export interface ProctorMessage {
  id: string;
  text: string;
  at: string;
}

export const sitting = signal<SittingState | null>(null);
export const paper = signal<FormBody | null>(null);
export const answers = signal<Record<string, Answer>>({});
export const flagged = signal<ReadonlySet<number>>(new Set());
export const isUp = signal(false);
export const wasDown = signal(false);
export const pendingCount = signal(0);
/** A token is kept here and its state has not come yet. */
export const isResuming = signal(false);
export const isMoved = signal(false);
export const isReplaced = signal(false);
export const messages = signal<ProctorMessage[]>([]);
/** What was just done to the time, and the words that say so. */
export const timeNotice = signal<TimeNotice | null>(null);
export const lateCount = signal(0);
export const hasSealed = signal(false);
export const isBroken = signal(false);
export const isStoreBroken = signal(false);
/** The server is there and cannot take answers: busy, its store away, or no reply. */
export const isServerSlow = signal(false);
/** Since when the line is down, by the server's time. */
export const downSinceMs = signal<number | null>(null);
/** What seals an answer file for this sitting; there is nothing to save a file with otherwise. */
export const fileKey = signal<FileKey | null>(null);
export const isCalled = signal(false);
export const isHandingIn = signal(false);
export type HandInStep = "none" | "waiting" | "asking";
export const handInStep = signal<HandInStep>("none");
export const handInProblem = signal<string | null>(null);
/** The end as this computer shows it, with the receipt. */
export const ended = signal<KeptReceipt | null>(null);
/** The practice question is open again. */
export const isWarmingUp = signal(false);

/** Positions as this seat shows them: place 0 is question 1. */
export const shownOrder = computed<number[]>(
  () => sitting.value?.order?.items ?? paper.value?.items.map((item) => item.position) ?? [],
);
const orders = computed(() => sitting.value?.order?.options);

/** The languages in which this paper can be read. */
export const languages = computed<string[]>(() =>
  paper.value ? paperLanguages(paper.value.language, paper.value.items) : [],
);

/** What the candidate chose, else the page's language where the paper has it, else its own. */
export const paperLanguage = computed<string>(() => {
  const wanted = [view.value.paperLanguage, language.value];
  const found = wanted.find((each) => each !== null && languages.value.includes(each));
  return found ?? paper.value?.language ?? "zh_Hans_CN";
});

/** Items by position, in the reader's language and in this seat's order of options. */
export const itemAt = computed<Map<number, FormItem>>(() => {
  const [lang, order] = [paperLanguage.value, orders.value];
  const items = paper.value?.items ?? [];
  return new Map(
    items.map((item) => [item.position, localized(shown(item, item.position, order), lang)]),
  );
});

/** Time left; while time does not run, what will be left when it does. */
export const leftMs = computed<number | null>(() => {
  const told = sitting.value;
  return told ? leftOf(told, time.nowMs.value) : null;
});

/** Time that was left when it was last beyond doubt. */
export const lastSureLeftMs = computed<number | null>(() => {
  const [told, last] = [sitting.value, time.lastSureMs.value];
  return told === null || last === null ? null : leftOf(told, last);
});

/** Time left in whole seconds, rounded up: zero means over. */
export const leftSecond = computed<number | null>(() =>
  leftMs.value === null ? null : Math.ceil(leftMs.value / 1000),
);

export interface SaveFacts {
  isUp: boolean;
  wasDown: boolean;
  isServerSlow: boolean;
  pending: number;
  /** Something is being typed that has not become an answer yet. */
  isTyping: boolean;
  isMoved: boolean;
  status: string;
  isTimeOver: boolean;
  isStoreBroken: boolean;
  /** An adaptive test between two questions: there is nothing to work on. */
  isBetween?: boolean;
  /** The hand-in is confirmed and goes when everything has arrived. */
  isHandInWaiting: boolean;
  notice: TimeNotice | null;
}

/** A break has used up its minutes: time runs on behind the cover. */
export const isBreakOver = computed(
  () => sitting.value !== null && isOverAllowance(sitting.value, time.nowMs.value),
);

export const isTyping = signal(false);
watchDrafts((isOpen) => {
  isTyping.value = isOpen;
});

/** What the save line goes by. */
export const saveFacts = computed<SaveFacts>(() => ({
  isUp: isUp.value,
  wasDown: wasDown.value,
  isServerSlow: isServerSlow.value,
  pending: pendingCount.value,
  isTyping: isTyping.value,
  isMoved: isMoved.value,
  status: isBreakOver.value ? "running" : (sitting.value?.status ?? ""),
  isTimeOver: isTimeOver.value,
  isStoreBroken: isStoreBroken.value,
  isBetween: adaptiveTold.value !== null && adaptiveStep.value === "waiting",
  isHandInWaiting: handInStep.value === "waiting",
  notice: timeNotice.value,
}));

/** The paper is closed: its time has run out and the receipt is on its way. */
export const isTimeOver = computed(
  () =>
    (sitting.value?.status === "running" || isBreakOver.value) &&
    time.isSure.value &&
    leftSecond.value === 0,
);

export function fullnessAt(position: number): Fullness {
  const item = itemAt.value.get(position);
  return item ? fullness(item, answers.value[String(position)]) : "empty";
}

/** Whether any question asks for several things, and so may be answered in part. */
export const hasManyPlaces = computed(() =>
  (paper.value?.items ?? []).some((item) => item.parts !== undefined || asked(item) > 1),
);

/** The question shown now, by its number (from 1). */
export const current = computed(() =>
  Math.min(Math.max(1, view.value.place), Math.max(1, shownOrder.value.length)),
);
export const currentPosition = computed(() => shownOrder.value[current.value - 1]);

export interface ShownSection {
  title: string;
  markEach: string | null;
  /** Positions in the order of this seat, with their numbers. */
  places: { position: number; number: number }[];
}

export const sections = computed<ShownSection[]>(() => {
  const places = shownOrder.value.map((position, place) => ({ position, number: place + 1 }));
  return (paper.value?.sections ?? [])
    .map((section) => ({
      title: sectionTitle(section, [view.value.paperLanguage, language.value]),
      markEach: section.mark_each,
      places: places.filter((each) => section.positions.includes(each.position)),
    }))
    .filter((section) => section.places.length > 0);
});

/** What the paper says of itself, in the language it is read in. */
export const notice = computed(() => {
  const said = paper.value?.notices ?? {};
  return said[paperLanguage.value] ?? said.zh_Hans_CN ?? "";
});

export const currentSection = computed(() => {
  const position = currentPosition.value;
  return sections.value.find((each) => each.places.some((place) => place.position === position));
});
