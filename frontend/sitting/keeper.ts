// What this computer keeps of the sitting in hand, so that it goes on through a reload or a power
// cut without a line: the server's last word, and what seals an answer file.

import type { Drawer } from "../lib/drawer";
import { type AnswerEvent, applied } from "../lib/outbox";
import * as keep from "../lib/store";
import { type AdaptiveTold, withConfirmed } from "./adaptive";
import * as state from "./state";
import * as time from "./time";

/** A sitting that ended this long ago is not shown from what is kept: its paper is let go of. */
const LONG_PAST_MS = 12 * 3_600_000;

export interface Standing {
  told: state.SittingState;
  /** Up to which number the server has acknowledged to this computer. */
  acked: number;
  answers: ReturnType<typeof applied>["answers"];
  flagged: Set<number>;
}

export class Keeper {
  private told: state.SittingState | null = null;
  private isOver = false;
  private writing: Promise<void> = Promise.resolve();

  constructor(private readonly drawer: Drawer) {}

  /** Keep the server's word; what it holds needs no event here any more. */
  keep(told: state.SittingState): void {
    const { key: _key, answer_file_key: fileKey, ...rest } = told;
    this.told = rest;
    const isNewKey = fileKey !== undefined && state.fileKey.peek()?.key !== fileKey;
    if (isNewKey) takeFileKey(told, fileKey);
    this.writing = this.writing
      .then(() => (this.isOver ? undefined : this.write(rest, isNewKey)))
      .catch(() => {
        state.isStoreBroken.value = true;
      });
  }

  /** Keep nothing from now on: the sitting is let go of. */
  stop(): Promise<void> {
    this.isOver = true;
    return this.writing;
  }

  private async write(told: state.SittingState, isNewKey: boolean): Promise<void> {
    const of = state.fileKey.peek();
    if (of && isNewKey) {
      const { key: fileKey, lease, ticket } = of;
      await keep.noteSitting(this.drawer, { fileKey, lease, ticket });
    }
    await keep.keepState(this.drawer, told);
  }

  /** Keep a changed clock. */
  keepClock(changed: Partial<state.SittingState>): void {
    if (this.told) this.keep({ ...this.told, ...changed });
  }

  /** Keep the item that is open now. */
  keepItem(adaptive: AdaptiveTold): void {
    if (this.told) this.keep({ ...this.told, adaptive });
  }

  /** Nothing of an item stays on this computer; the rest does until it has been passed on. */
  dropItem(): void {
    const adaptive = this.told?.adaptive;
    if (this.told && adaptive?.item)
      this.keep({ ...this.told, adaptive: { ...adaptive, item: null } });
  }

  /** What stood when an earlier page ended; nothing when that is not known or long past. */
  async standing(sitting: string): Promise<Standing | "long_past" | null> {
    const told = await keep.keptState<state.SittingState>(this.drawer, sitting);
    if (!told) return null;
    if (isLongPast(told, time.nowMs.peek())) return "long_past";
    this.told = told;
    const events = (await this.drawer.events(sitting)).filter((each) => each.seq > told.acked_seq);
    const acked = Math.max(told.acked_seq, await keep.keptAcked(this.drawer, sitting));
    const known = { ...told, adaptive: withConfirmed(told.adaptive ?? null, events) };
    return { told: withSeen(known, events), acked, ...applied(told.answers, told.flagged, events) };
  }
}

/** What an answer file of an earlier page is sealed with. */
export function takeKeptFileKey(kept: keep.KeptSitting): void {
  const { sitting, fileKey, lease, ticket } = kept;
  if (fileKey && lease && ticket) state.fileKey.value = { sitting, ticket, lease, key: fileKey };
}

function takeFileKey(told: state.SittingState, key: string): void {
  const { sitting_id: sitting, lease_number: lease } = told;
  state.fileKey.value = { sitting, ticket: told.candidate.ticket, lease, key };
}

function withSeen(told: state.SittingState, events: AnswerEvent[]): state.SittingState {
  const seen = new Set([...told.seen, ...events.map((event) => event.position)]);
  return { ...told, seen: [...seen] };
}

export function isLongPast(told: state.SittingState, nowMs: number): boolean {
  const planned = Date.parse(told.planned_start) + told.minutes * 60_000;
  const end = told.ends_at ? Date.parse(told.ends_at) : planned;
  return nowMs > end + LONG_PAST_MS;
}
