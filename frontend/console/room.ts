// The console's line: the room as last told, its changes, and the proctor's acts.
// Every seat is a signal of its own, so that one answer redraws one tile and nothing else.
import { batch, computed, type Signal, signal } from "@preact/signals";
import { Line, type Reply } from "../lib/live";
import { Arrivals } from "./arriving";
import { type Choice, NOBODY, still } from "./choosing";
import type { Awaited, Outcome, RefusedSeat, Undo } from "./confirming";
import {
  type ChangedSeat,
  type Changes,
  type Counts,
  countsOf,
  type IncidentFacts,
  isWhole,
  minutesLeft,
  placeOf,
  type SeatFacts,
  type Snapshot,
} from "./facts";
import { keptList, type NeedOfSeat, needsNow } from "./needs";
import { say } from "./words";

export type Frame = Omit<Snapshot, "seats" | "incidents" | "number" | "now">;

export const frame = signal<Frame | null>(null);
export const incidents = signal<IncidentFacts[]>([]);
export const seatIds = signal<readonly string[]>([]);
export const mayAct = signal(false);
export const downSince = signal<number | null>(null);
export const refusedToShow = signal<string | null>(null);
export const tickMs = signal(Date.now());
export const offsetMs = signal(0);
export const chosen = signal<Choice>(NOBODY);
export const opened = signal<string | null>(null);
export const outcomes = signal<readonly Outcome[]>([]);

const seatsById = new Map<string, Signal<SeatFacts>>();

export const nowMs = computed(() => tickMs.value + offsetMs.value);
export const seats = computed(() =>
  seatIds.value.flatMap((id) => {
    const known = seatsById.get(id);
    return known ? [known.value] : [];
  }),
);
let counted: Counts = countsOf([]);
export const counts = computed(() => {
  const now = countsOf(seats.value);
  if (JSON.stringify(now) !== JSON.stringify(counted)) counted = now;
  return counted;
});
let listed: readonly NeedOfSeat[] = [];
export const needs = computed(() => {
  listed = keptList(listed, needsNow(seats.value, nowMs.value));
  return listed;
});
export const troubled = computed(
  () => new Set(needs.value.filter((each) => each.need.urgency <= 3).map((e) => e.seat.sitting)),
);
export const roomMinutes = computed(() => {
  const room = frame.value?.room;
  return room ? minutesLeft(room, room.is_paused, nowMs.value) : null;
});
/** Why nothing can be done now; null when acts are possible. */
export const whyNot = computed(() => {
  if (downSince.value !== null) return say("noActsWithoutLine");
  return mayAct.value ? null : say("watchingOnly");
});

export function seatSignal(sitting: string): Signal<SeatFacts> | undefined {
  return seatsById.get(sitting);
}

export function seatOf(sitting: string): SeatFacts | undefined {
  return seatsById.get(sitting)?.value;
}

const STEP_MS = 400;

/** Take the server's time; the jitter of single messages does not make the clock tremble. */
function setClock(now: string): void {
  const offset = Date.parse(now) - Date.now();
  if (Math.abs(offset - offsetMs.value) > STEP_MS) offsetMs.value = offset;
}

function putSeats(told: readonly ChangedSeat[]): void {
  for (const seat of told) {
    const known = seatsById.get(seat.sitting);
    if (known) known.value = { ...known.peek(), ...seat };
    else if (isWhole(seat)) seatsById.set(seat.sitting, signal(seat));
  }
}

let outcomeNumber = 0;

export class Room {
  private readonly line: Line;
  private number = 0;
  private joining = false;
  private readonly arrivals = new Arrivals(
    (sitting) => seatsById.get(sitting)?.peek(),
    (told) => batch(() => putSeats(told)),
  );

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

/** An undo touches the seats that the act has reached, no others. */
function withSeats(undo: Undo | null, awaits: readonly Awaited[]): Undo | null {
  if (undo === null || undo.sittings === null) return undo;
  return { ...undo, sittings: awaits.map((awaited) => awaited.sitting) };
}

const MOST_OUTCOMES = 4;
/** How long an act may be taken back with one press. */
export const UNDO_MS = 10_000;

function addOutcome(outcome: Omit<Outcome, "id" | "undoUntilMs">): void {
  outcomeNumber += 1;
  const undoUntilMs = Date.now() + UNDO_MS;
  const added = { ...outcome, id: outcomeNumber, undoUntilMs };
  outcomes.value = [added, ...outcomes.value].slice(0, MOST_OUTCOMES);
}

export function dismiss(id: number): void {
  outcomes.value = outcomes.value.filter((outcome) => outcome.id !== id);
}
