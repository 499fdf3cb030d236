// What a seat knows, as signals; seat.ts changes it, the views show it.
import { computed, signal } from "@preact/signals";
import type { Answer } from "../lib/outbox";
import type { FormBody, FormItem } from "../lib/sealed";

export interface Receipt {
  count: number;
  handed_in_at: string;
  code: string;
  reason: string;
}

export interface SittingState {
  sitting_id: string;
  status: string;
  clock_number: number;
  lease_number: number;
  now: string;
  starts_at: string | null;
  ends_at: string | null;
  form: { id: string; exam_session: string; url: string; sha256: string } | null;
  acked_seq: number;
  answers: Record<string, Answer>;
  flagged: number[];
  seen: number[];
  order: { items: number[]; options: Record<string, string[]> } | null;
  candidate: {
    name: string;
    ticket: string;
    id_number_masked: string;
    room: string;
    seat: number;
  };
  subject: string;
  hand_in_from: string | null;
  identity_confirmed: boolean;
  pledge_accepted: boolean;
  receipt: Receipt | null;
  key?: string;
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
export const current = signal(1);
export const offsetMs = signal(0);
export const tickMs = signal(Date.now());
export const isUp = signal(false);
export const wasDown = signal(false);
export const pendingCount = signal(0);
export const isMoved = signal(false);
export const isReplaced = signal(false);
export const messages = signal<ProctorMessage[]>([]);
export const addedMinutes = signal<string | null>(null);
export const lateCount = signal(0);
export const hasSealed = signal(false);
export const isBroken = signal(false);
export const isCalled = signal(false);
export const isHandingIn = signal(false);
export const handInProblem = signal<string | null>(null);
export const hasSingleKeys = signal(true);

/** Positions as this seat shows them: place 0 is question 1. */
export const shownOrder = computed<number[]>(
  () => sitting.value?.order?.items ?? paper.value?.items.map((item) => item.position) ?? [],
);

export const itemAt = computed<Map<number, FormItem>>(
  () => new Map(paper.value?.items.map((item) => [item.position, item]) ?? []),
);

export const nowMs = computed(() => tickMs.value + offsetMs.value);

export function isAnswered(answer: Answer | undefined): boolean {
  if (answer === null || answer === undefined) return false;
  if (typeof answer === "object" && !Array.isArray(answer))
    return Object.values(answer).some((part) => isAnswered(part));
  return answer.length > 0;
}

/** The options of an item in the order this seat shows them. */
export function shownOptions(item: FormItem): { id: string; content: string }[] {
  const order = sitting.value?.order?.options[String(item.position)];
  const options = item.options ?? [];
  if (!order) return options;
  return order.flatMap((id) => options.filter((option) => option.id === id));
}
