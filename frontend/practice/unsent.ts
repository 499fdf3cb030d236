// Answers the server has not acknowledged yet, by question: the newest of each, numbered as given.
import type { Answer } from "../lib/outbox";

export interface Unsent {
  number: number;
  answer: Answer;
  seq: number;
}

/** What is kept after an answer: it takes the place of an earlier one to the same question. */
export function noted(kept: readonly Unsent[], number: number, answer: Answer, after: number) {
  const seq = Math.max(after, ...kept.map((each) => each.seq)) + 1;
  return [...kept.filter((each) => each.number !== number), { number, answer, seq }];
}

/** What is kept after one has been settled: an answer given meanwhile stays. */
export function settled(kept: readonly Unsent[], done: Unsent): Unsent[] {
  return kept.filter((each) => each.number !== done.number || each.seq > done.seq);
}

/** What was kept, as far as it can be read. */
export function readUnsent(text: string | null): Unsent[] {
  try {
    const kept: unknown = JSON.parse(text ?? "[]");
    return Array.isArray(kept) ? kept.filter((each) => Number.isInteger(each?.seq)) : [];
  } catch {
    return [];
  }
}
