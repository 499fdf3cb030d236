// Where an act reached: which seats have confirmed what they were told, and which have not.
import type { SeatFacts } from "./facts";

export interface Awaited {
  sitting: string;
  clock?: number;
  message?: string;
  status?: string;
}

export interface RefusedSeat {
  sitting: string;
  code: string;
  message: string;
}

export interface Outcome {
  id: number;
  words: string;
  awaits: Awaited[];
  refused: RefusedSeat[];
  /** Why nothing at all was done; null when something was. */
  problem: string | null;
  undo: Undo | null;
  /** Until when it is offered to take the act back. */
  undoUntilMs: number;
}

export interface Undo {
  words: string;
  act: string;
  sittings: string[] | null;
  more: Record<string, unknown>;
}

export interface Reached {
  of: number;
  confirmed: number;
  missing: SeatFacts[];
}

/** Whether a seat has confirmed; what needs no confirmation counts at once. */
export function hasConfirmed(awaited: Awaited, seat: SeatFacts | undefined): boolean {
  if (!seat) return true;
  if (awaited.clock !== undefined && seat.clock_acked < awaited.clock) return false;
  if (awaited.message !== undefined && seat.unread.includes(awaited.message)) return false;
  return awaited.status === undefined || seat.status === awaited.status;
}

export function reachedBy(
  awaits: readonly Awaited[],
  seatOf: (sitting: string) => SeatFacts | undefined,
): Reached {
  const missing: SeatFacts[] = [];
  for (const awaited of awaits) {
    const seat = seatOf(awaited.sitting);
    if (seat && !hasConfirmed(awaited, seat)) missing.push(seat);
  }
  missing.sort((a, b) => a.seat - b.seat);
  return { of: awaits.length, confirmed: awaits.length - missing.length, missing };
}
