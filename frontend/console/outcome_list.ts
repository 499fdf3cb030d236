// Where the newest acts have reached, with the way back of each.
import { signal } from "@preact/signals";
import type { Awaited, Outcome, Undo } from "./confirming";

export const outcomes = signal<readonly Outcome[]>([]);
let outcomeNumber = 0;

/** An undo touches the seats that the act has reached, no others. */
export function withSeats(undo: Undo | null, awaits: readonly Awaited[]): Undo | null {
  if (undo === null || undo.sittings === null) return undo;
  return { ...undo, sittings: awaits.map((awaited) => awaited.sitting) };
}

const MOST_OUTCOMES = 4;
/** How long an act may be taken back with one press. */
export const UNDO_MS = 10_000;

export function addOutcome(outcome: Omit<Outcome, "id" | "undoUntilMs">): void {
  outcomeNumber += 1;
  const undoUntilMs = Date.now() + UNDO_MS;
  const added = { ...outcome, id: outcomeNumber, undoUntilMs };
  outcomes.value = [added, ...outcomes.value].slice(0, MOST_OUTCOMES);
}

export function dismiss(id: number): void {
  outcomes.value = outcomes.value.filter((outcome) => outcome.id !== id);
}
