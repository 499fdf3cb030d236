// Changes on their way: shown at once, on disk before they are sent, sent until acknowledged.

import { type Drawer, isTaken } from "../lib/drawer";
import type { Line, Reply } from "../lib/live";
import { type Answer, type AnswerEvent, type EventKind, Outbox } from "../lib/outbox";
import * as keep from "../lib/store";
import * as state from "./state";
import * as time from "./time";

const OVER = new Set(["sitting_closed", "time_over"]);
/** Nothing was stored and everything goes again: the server is there and cannot take it now. */
const SLOW = new Set(["server_busy", "store_unavailable", "our_fault"]);

/** Why nothing more is written here: moved, over, or another window of this browser writes. */
export type Ended = "moved" | "over" | "replaced";

export class Sender {
  private opening: Promise<Outbox> | null = null;
  private outbox: Outbox | null = null;
  private isSending = false;

  constructor(
    private readonly drawer: Drawer,
    private readonly line: () => Line | null,
    private readonly ended: (why: Ended) => void,
  ) {}

  /** The outbox of a sitting, opened once: numbers must never be given out twice. */
  open(sitting: string, ackedSeq: number): Promise<Outbox> {
    this.opening ??= this.opened(sitting, ackedSeq);
    return this.opening;
  }

  private async opened(sitting: string, ackedSeq: number): Promise<Outbox> {
    const outbox = new Outbox(keep.outboxStore(this.drawer, sitting), (error) => {
      if (isTaken(error)) this.ended("replaced");
      else state.isStoreBroken.value = true;
    });
    await outbox.open(ackedSeq);
    this.outbox = outbox;
    return outbox;
  }

  /** Whether it is known what waits here. */
  get isOpen(): boolean {
    return this.outbox !== null;
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

  /** What has not been acknowledged, once it is on this computer's disk. */
  async kept(): Promise<readonly AnswerEvent[]> {
    await this.outbox?.settled();
    return this.outbox?.pending ?? [];
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
    state.isFileSaved.value = false;
    const stored = outbox.add({ kind, position, answer, at: time.instant() });
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
      state.isServerSlow.value = line.isUp;
    } finally {
      this.isSending = false;
      this.count();
      if (outbox.pending.length === 0) state.wasDown.value = false;
    }
  }

  private async taken(outbox: Outbox, reply: Reply, lateUpTo?: number): Promise<boolean> {
    state.isServerSlow.value = SLOW.has(String(reply.code));
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
