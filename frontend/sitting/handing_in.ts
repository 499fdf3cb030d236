// Handing in: what is typed and waits goes first; a lost line only delays it.

import { flushDrafts } from "../lib/fields/drafts";
import type { Line, Reply } from "../lib/live";
import type { Sender } from "./sender";
import * as state from "./state";
import * as time from "./time";
import { clockText, say } from "./words";

export class HandIn {
  constructor(
    private readonly sender: Sender,
    private readonly line: () => Line | null,
    private readonly refresh: () => Promise<void>,
  ) {}

  /** The candidate has confirmed; it is asked for as soon as everything has arrived. */
  async begin(): Promise<void> {
    flushDrafts();
    state.handInProblem.value = null;
    state.handInStep.value = "waiting";
    await this.sender.send();
    await this.goOn();
  }

  /** The candidate goes back to work before it has happened. */
  cancel(): void {
    if (state.handInStep.value === "waiting") state.handInStep.value = "none";
  }

  async goOn(): Promise<void> {
    const line = this.line();
    if (state.handInStep.value !== "waiting" || !line?.isUp || this.sender.pending > 0) return;
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
    if (reply.code === "events_missing") state.handInStep.value = "waiting";
    else state.handInProblem.value = refusalWords(reply);
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
