// The console's line: the room as last told, its changes, and the proctor's acts.
import { batch } from "@preact/signals";
import { Line, type Reply } from "../lib/live";
import { Arrivals } from "./arriving";
import { still } from "./choosing";
import type { Awaited, RefusedSeat, Undo } from "./confirming";
import { type Changes, type IncidentFacts, placeOf, type Snapshot } from "./facts";
import { addOutcome, withSeats } from "./outcome_list";
import {
  chosen,
  downSince,
  frame,
  incidents,
  mayAct,
  nowMs,
  peekSeat,
  putSeats,
  refusedToShow,
  seatIds,
  setClock,
  tickMs,
} from "./room_state";
import { say } from "./words";

export class Room {
  private readonly line: Line;
  private number = 0;
  private joining = false;
  private readonly arrivals = new Arrivals(peekSeat, (told) => batch(() => putSeats(told)));

  constructor(
    readonly examSession: string,
    readonly room: string,
  ) {
    this.line = new Line("/proctoring", {}, room);
    this.line.socket.on("connect", () => void this.join());
    this.line.socket.on("disconnect", () => {
      downSince.value ??= nowMs.value;
    });
    this.line.on<Changes>("seats_changed", (told) => this.hear(told));
    this.line.on<Snapshot>("room_changed", (told) => this.take(told));
    setInterval(() => {
      tickMs.value = Date.now();
    }, 1000);
  }

  private hear(told: Changes): void {
    const place = placeOf(this.number, told.number);
    if (place === "gap") void this.join();
    if (place !== "next") return;
    this.number = told.number;
    setClock(told.now);
    this.arrivals.hear(told.changed);
  }

  private take(told: Snapshot): void {
    const { seats: list, incidents: noted, number, now, ...rest } = told;
    this.number = number;
    this.arrivals.clear();
    batch(() => {
      setClock(now);
      putSeats(list);
      const ids = list.map((seat) => seat.sitting);
      seatIds.value = ids;
      chosen.value = still(chosen.value, new Set(ids));
      incidents.value = noted;
      frame.value = rest;
    });
  }

  private async join(): Promise<void> {
    if (this.joining) return;
    this.joining = true;
    const reply = await this.ask("join_room");
    this.joining = false;
    if (reply.ok) {
      batch(() => {
        mayAct.value = reply.may_act === true;
        this.take(reply.snapshot as Snapshot);
        downSince.value = null;
        refusedToShow.value = null;
      });
    } else if (reply.code === "no_reply") setTimeout(() => void this.join(), 1000);
    else refusedToShow.value = reply.message ?? reply.code ?? "";
  }

  /** Ask about this room; a reply that never comes is a refusal too. */
  async ask(name: string, more: Record<string, unknown> = {}): Promise<Reply> {
    const address = { exam_session: this.examSession, room: this.room };
    try {
      return await this.line.ask(name, { ...address, ...more });
    } catch {
      return { ok: false, code: "no_reply", message: say("noReply") };
    }
  }

  /** Act, and keep where it reached in sight. Returns whether anything was done. */
  async act(
    name: string,
    sittings: Iterable<string> | null,
    more: Record<string, unknown>,
    words: string,
    undo: Undo | ((reply: Reply) => Undo | null) | null = null,
  ): Promise<boolean> {
    const whom = sittings === null ? {} : { sittings: [...sittings] };
    const reply = await this.ask(name, { ...more, ...whom });
    if (reply.incidents) incidents.value = reply.incidents as IncidentFacts[];
    const awaits = (reply.awaits as Awaited[] | undefined) ?? [];
    const refused = (reply.refused as RefusedSeat[] | undefined) ?? [];
    const isDone = reply.ok && (Number(reply.reached ?? 1) > 0 || refused.length === 0);
    addOutcome({
      words,
      awaits,
      refused,
      problem: reply.ok ? null : (reply.message ?? reply.code ?? ""),
      undo: isDone ? withSeats(typeof undo === "function" ? undo(reply) : undo, awaits) : null,
    });
    return isDone;
  }

  /** A small act about one seat whose effect is seen at once: a refusal or a way back is kept. */
  async settle(
    name: string,
    sitting: string,
    more: Record<string, unknown> = {},
    undo: (Undo & { done: string }) | null = null,
  ): Promise<boolean> {
    const reply = await this.ask(name, { ...more, sitting });
    if (!reply.ok) {
      const problem = reply.message ?? reply.code ?? "";
      addOutcome({ words: say("notDone"), awaits: [], refused: [], problem, undo: null });
    } else if (undo) {
      addOutcome({ words: undo.done, awaits: [], refused: [], problem: null, undo });
    }
    return reply.ok;
  }
}
