// Handing in: what is typed and waits goes first; a lost line or a reload only delays it.

import type { Drawer } from "../lib/drawer";
import { flushDrafts } from "../lib/fields/drafts";
import type { Line, Reply } from "../lib/live";
import * as keep from "../lib/store";
import type { Sender } from "./sender";
import * as state from "./state";
import * as time from "./time";
import { clockText, say } from "./words";

export class HandIn {
  constructor(
    private readonly drawer: Drawer,
    private readonly sender: Sender,
    private readonly line: () => Line | null,
    private readonly refresh: () => Promise<void>,
  ) {}

  /** The candidate has confirmed; it is asked for as soon as everything has arrived. */
  async begin(): Promise<void> {
    flushDrafts();
    state.handInProblem.value = null;
    state.handInStep.value = "waiting";
    const sitting = state.sitting.peek()?.sitting_id;
    // A disk that fails costs the wish at a reload, never the hand-in of this page.
    if (sitting) await keep.keepHandIn(this.drawer, sitting).catch(() => undefined);
    await this.sender.send();
    await this.goOn();
  }

  /** Take up what was confirmed before a reload: the sheet stands open again, to take it back. */
  async takeKept(sitting: string): Promise<void> {
    if (!(await keep.isHandInKept(this.drawer, sitting).catch(() => false))) return;
    state.handInStep.value = "waiting";
    state.isHandingIn.value = true;
  }

  /** The candidate goes back to work before it has happened. */
  cancel(): void {
    if (state.handInStep.value !== "waiting") return;
    state.handInStep.value = "none";
    this.forget();
  }

  async goOn(): Promise<void> {
    const line = this.line();
    const isDue =
      state.handInStep.value === "waiting" && state.sitting.peek()?.status === "running";
    if (!isDue || !line?.isUp || !this.sender.isOpen || this.sender.pending > 0) return;
    state.handInStep.value = "asking";
    try {
      const reply = await line.ask("hand_in", { last_seq: this.sender.last });
      state.handInStep.value = "none";
      if (reply.ok) await this.refresh();
      else this.refused(reply);
    } catch {
      // No reply: perhaps it has happened. Asking again is safe and gives the same receipt.
      state.handInStep.value = "waiting";
    }
  }

  private refused(reply: Reply): void {
    if (reply.code === "events_missing") {
      state.handInStep.value = "waiting";
      return;
    }
    this.forget();
    state.handInProblem.value = refusalWords(reply);
    state.isHandingIn.value = true;
  }

  private forget(): void {
    void keep.forgetHandIn(this.drawer).catch(() => undefined);
  }
}

/** Why something was refused, in the page's language where the page knows better words. */
export function refusalWords(reply: Reply): string {
  const from = reply.hand_in_from;
  if (reply.code === "too_early" && typeof from === "string") {
    const minutes = Math.ceil((Date.parse(from) - time.nowMs.value) / 60_000);
    return say("handInFrom", { time: clockText(from), minutes: Math.max(1, minutes) });
  }
  if (reply.code === "not_running") return say("paused");
  return reply.message ?? reply.code ?? "";
}
