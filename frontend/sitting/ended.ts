// The end of a sitting as this computer goes on showing it: the receipt, for a while.

import { hasSomething } from "../lib/fields/answers";
import type { KeptReceipt } from "../lib/store";
import { subjectWords } from "./entry/confirm";
import * as state from "./state";
import * as time from "./time";

export const SHOWN_MS = 15 * 60_000;

/** What the first word of the end has found: the next may come while the paper is being wiped. */
let first: KeptReceipt | null = null;

/** The receipt with what the candidate may want to compare: read while the paper still stands. */
export function endedWith(told: state.SittingState): KeptReceipt {
  const known = state.ended.value ?? first;
  if (known?.sitting === told.sitting_id && told.receipt)
    return { ...known, receipt: told.receipt };
  first = {
    sitting: told.sitting_id,
    receipt: told.receipt as state.Receipt,
    name: told.candidate.name,
    ticket: told.candidate.ticket,
    subject: subjectWords(told),
    answered: Object.values(told.answers).filter(hasSomething).length,
    total: told.adaptive ? told.adaptive.given : state.shownOrder.value.length,
    late: 0,
  };
  return first;
}

/** Show a kept receipt again; false when its time is over and the next candidate may sign in. */
export function showEnded(kept: KeptReceipt | null): boolean {
  if (!kept || leavesAtMs(kept) < time.nowMs.value) return false;
  state.ended.value = kept;
  return true;
}

export function leavesAtMs(kept: KeptReceipt): number {
  return Date.parse(kept.receipt.handed_in_at) + SHOWN_MS;
}
