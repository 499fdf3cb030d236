// What the console knows of its room, and what follows from it.
// Every seat is a signal of its own, so that one answer redraws one tile and nothing else.
import { computed, type Signal, signal } from "@preact/signals";
import { type Choice, NOBODY } from "./choosing";
import {
  type ChangedSeat,
  type Counts,
  countsOf,
  type IncidentFacts,
  isWhole,
  minutesLeft,
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

/** A seat as it is now, without being told when it changes. */
export function peekSeat(sitting: string): SeatFacts | undefined {
  return seatsById.get(sitting)?.peek();
}

const STEP_MS = 400;

/** Take the server's time; the jitter of single messages does not make the clock tremble. */
export function setClock(now: string): void {
  const offset = Date.parse(now) - Date.now();
  if (Math.abs(offset - offsetMs.value) > STEP_MS) offsetMs.value = offset;
}

export function putSeats(told: readonly ChangedSeat[]): void {
  for (const seat of told) {
    const known = seatsById.get(seat.sitting);
    if (known) known.value = { ...known.peek(), ...seat };
    else if (isWhole(seat)) seatsById.set(seat.sitting, signal(seat));
  }
}
