// Changes on their way: shown at once, on disk before they are sent, sent until acknowledged.

import type { Line, Reply } from "../lib/live";
import { type Answer, type EventKind, Outbox } from "../lib/outbox";
import * as keep from "../lib/store";
import * as state from "./state";

const OVER = new Set(["sitting_closed", "time_over"]);

export class Sender {
  private opening: Promise<Outbox> | null = null;
  private outbox: Outbox | null = null;
  private isSending = false;

  constructor(
    private readonly db: keep.SeatDb,
    private readonly line: () => Line | null,
    /** Hears why nothing more counts here: the sitting has moved, or is over. */
    private readonly ended: (why: "moved" | "over") => void,
  ) {}

  /** The outbox of a sitting, opened once: numbers must never be given out twice. */
  open(sitting: string, ackedSeq: number): Promise<Outbox> {
    this.opening ??= this.opened(sitting, ackedSeq);
    return this.opening;
  }

  private async opened(sitting: string, ackedSeq: number): Promise<Outbox> {
    const outbox = new Outbox(keep.outboxStore(this.db, sitting), () => {
      state.isStoreBroken.value = true;
    });
    await outbox.open(ackedSeq);
    this.outbox = outbox;
    return outbox;
  }

  get last(): number {
    return this.outbox?.last ?? 0;
  }

  get acked(): number {
    return this.outbox?.acked ?? 0;
  }

  get pending(): number {
    return this.outbox?.pending.length ?? 0;
  }

  /** Note a change: shown at once, on disk before it is sent. */
  async change(kind: EventKind, position: number, answer: Answer = null): Promise<void> {
    const { outbox } = this;
    if (!outbox || state.isMoved.value || state.isReplaced.value) return;
    if (kind === "answer") state.answers.value = { ...state.answers.value, [position]: answer };
    if (kind === "flagged" || kind === "unflagged") {
      const flags = new Set(state.flagged.value);
      if (kind === "flagged") flags.add(position);
      else flags.delete(position);
      state.flagged.value = flags;
    }
    const at = new Date(Date.now() + state.offsetMs.value).toISOString();
    const stored = outbox.add({ kind, position, answer, at });
    this.count();
    await stored;
    void this.send();
  }

  async send(): Promise<void> {
    const { outbox } = this;
    const line = this.line();
    if (!outbox || !line?.isUp || this.isSending) return;
    if (outbox.pending.length === 0) {
      state.wasDown.value = false;
      return;
    }
    this.isSending = true;
    try {
      await outbox.settled();
      while (outbox.pending.length > 0 && line.isUp) {
        const isLate = state.isMoved.value || Boolean(state.sitting.value?.receipt);
        const name = isLate ? "send_late_work" : "save_answers";
        const events = outbox.nextMessage();
        const reply = await line.ask(name, { events });
        // What late work has been kept is done with; what did not fit into the message is not.
        const lateUpTo = name === "send_late_work" ? events[events.length - 1]?.seq : undefined;
        if (!(await this.taken(outbox, reply, lateUpTo))) break;
      }
    } catch {
      // no reply: everything is still here and goes again
    } finally {
      this.isSending = false;
      this.count();
      if (outbox.pending.length === 0) state.wasDown.value = false;
    }
  }

  private async taken(outbox: Outbox, reply: Reply, lateUpTo?: number): Promise<boolean> {
    if (typeof reply.acked_seq === "number") await outbox.acknowledge(reply.acked_seq);
    this.count();
    if (lateUpTo !== undefined && reply.ok) {
      state.lateCount.value += Number(reply.kept ?? 0);
      await outbox.acknowledge(lateUpTo);
      return true;
    }
    if (reply.ok) return true;
    if (reply.code === "lease_ended") this.ended("moved");
    if (OVER.has(String(reply.code))) this.ended("over");
    return false;
  }

  private count(): void {
    state.pendingCount.value = this.pending;
  }
}
