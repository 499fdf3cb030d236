// An adaptive test as this seat knows it: the one item that is open, and what was confirmed here
// and has not reached the server yet. Nothing of an item that was not given is ever here.

import { computed, signal } from "@preact/signals";
import type { AnswerEvent } from "../lib/outbox";
import type { FormItem } from "../lib/sealed";

export interface AdaptiveTold {
  /** How many items there may be, and below how many the mark suffers. */
  longest: number;
  least: number;
  may_end_earlier: boolean;
  given: number;
  confirmed: number;
  is_finished: boolean;
  item: FormItem | null;
}

export const told = signal<AdaptiveTold | null>(null);
/** Up to which item this computer has confirmed, sent or not. */
const confirmedHere = signal(0);

export const confirmed = computed(() => Math.max(confirmedHere.value, told.value?.confirmed ?? 0));

/** The item to be worked on; none while the next one is awaited or when the test is over. */
export const open = computed<FormItem | null>(() => {
  const item = told.value?.item ?? null;
  return item && item.position > confirmed.value ? item : null;
});

export type Step = "open" | "finished" | "waiting";
export const step = computed<Step>(() => {
  if (open.value) return "open";
  const isOver = told.value?.is_finished === true && told.value.confirmed >= confirmed.value;
  return isOver ? "finished" : "waiting";
});

/** Take the server's word, unless it is older than what is known; what waits here stays confirmed. */
export function take(fresh: AdaptiveTold | null, pending: readonly AnswerEvent[] = []): void {
  confirmedHere.value = Math.max(confirmedHere.value, ...positionsIn(pending));
  if (fresh === null) return;
  const known = told.value;
  if (known === null || !isOlder(fresh, known)) told.value = fresh;
}

export function noteConfirmed(position: number): void {
  confirmedHere.value = Math.max(confirmedHere.value, position);
}

/** Nothing of the test stays in this page. */
export function wipe(): void {
  told.value = null;
  confirmedHere.value = 0;
}

/** What an earlier page knew, with what was confirmed after it was told. */
export function withConfirmed(
  kept: AdaptiveTold | null,
  events: readonly AnswerEvent[],
): AdaptiveTold | null {
  if (kept === null) return null;
  return { ...kept, confirmed: Math.max(kept.confirmed, ...positionsIn(events)) };
}

function positionsIn(events: readonly AnswerEvent[]): number[] {
  return events.filter((each) => each.kind === "confirmed").map((each) => each.position);
}

/** Messages may overtake one another; counts only rise, and an item goes when its sitting is over. */
function isOlder(fresh: AdaptiveTold, known: AdaptiveTold): boolean {
  if (fresh.given !== known.given) return fresh.given < known.given;
  return fresh.confirmed < known.confirmed || (known.is_finished && !fresh.is_finished);
}
