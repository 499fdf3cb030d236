// Who is away from the seat, and what is granted to whom. Nothing here knows a page.
import { isOverAllowance } from "../lib/clock";
import type { SeatFacts } from "./facts";

export interface Granted {
  extra_min: number;
  break_min: number;
  is_large_text: boolean;
  wants_own_room: boolean;
  helper: string;
  note: string;
}

export function isAway(seat: SeatFacts): boolean {
  return seat.away !== null && ["running", "paused"].includes(seat.status);
}

/** The state a seat shows: away goes before the rest. */
export function stateOf(seat: SeatFacts): string {
  return seat.away && isAway(seat) ? seat.away.kind : seat.status;
}

/** Who is away now, who left first before the others. */
export function awayOnes(seats: readonly SeatFacts[]): SeatFacts[] {
  return seats
    .filter(isAway)
    .sort((a, b) => Date.parse(a.away?.since ?? "") - Date.parse(b.away?.since ?? ""));
}

/** Whether a seat's time stands still: paused, and not in a break that has used up its minutes. */
export function standsStill(seat: SeatFacts, nowMs: number): boolean {
  return seat.status === "paused" && !isOverAllowance(seat, nowMs);
}

/**
 * The end of a seat in a break once its time runs again. A seat told before that has the time left
 * that it had then; one told afterwards has its end.
 */
export function endOf(seat: SeatFacts): string | null {
  const until = seat.away?.until;
  if (!until || seat.ends_at === null || seat.left_s === null) return seat.ends_at;
  const untilMs = Date.parse(until);
  const toldMs = Date.parse(seat.ends_at) - seat.left_s * 1000;
  return toldMs > untilMs ? seat.ends_at : new Date(untilMs + seat.left_s * 1000).toISOString();
}

/** Seconds for which a break still stops the clock; below zero when it does no more. */
export function allowanceS(seat: SeatFacts, nowMs: number): number | null {
  const until = seat.away?.until;
  return until ? Math.ceil((Date.parse(until) - nowMs) / 1000) : null;
}
