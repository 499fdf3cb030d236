// The list of what needs a person: the server says what and since when, the console in which order.
import { isProgress } from "./arriving";
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

/** The list with what shows the same as before left as it was: a card that has not changed is not
 * drawn anew, and a room that only answers draws none. */
export function keptList(
  before: readonly NeedOfSeat[],
  now: readonly NeedOfSeat[],
): readonly NeedOfSeat[] {
  const known = new Map(before.map((each) => [keyOf(each), each]));
  const kept = now.map((each) => {
    const old = known.get(keyOf(each));
    return old && (old.seat === each.seat || isProgress(old.seat, each.seat)) ? old : each;
  });
  const isSame = kept.length === before.length && kept.every((each, at) => each === before[at]);
  return isSame ? before : kept;
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
