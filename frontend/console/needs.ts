// The list of what needs a person: the server says what and since when, the console in which order.
import type { NeedFacts, SeatFacts } from "./facts";

export interface NeedOfSeat {
  seat: SeatFacts;
  need: NeedFacts;
}

/** What is to be shown now: the most urgent first, the oldest first within it. */
export function needsNow(seats: readonly SeatFacts[], nowMs: number): NeedOfSeat[] {
  const found = seats.flatMap((seat) =>
    seat.needs.filter((need) => Date.parse(need.shows_at) <= nowMs).map((need) => ({ seat, need })),
  );
  return found.sort(
    (a, b) =>
      a.need.urgency - b.need.urgency ||
      Date.parse(a.need.since) - Date.parse(b.need.since) ||
      a.seat.seat - b.seat.seat,
  );
}

export function keyOf({ seat, need }: NeedOfSeat): string {
  return `${seat.sitting} ${need.need} ${need.since}`;
}

/** What was not in the list before: to be said aloud once. */
export function freshNeeds(before: ReadonlySet<string>, now: readonly NeedOfSeat[]): NeedOfSeat[] {
  return now.filter((each) => !before.has(keyOf(each)));
}

/** How long something stands, in whole seconds under two minutes, else in minutes. */
export function ageOf(since: string, nowMs: number): { count: number; unit: "s" | "min" } {
  const seconds = Math.max(0, Math.floor((nowMs - Date.parse(since)) / 1000));
  if (seconds < 120) return { count: seconds, unit: "s" };
  return { count: Math.floor(seconds / 60), unit: "min" };
}
