// The one act that comes next for a room; everything else a proctor does is about seats.
import type { Counts, ExamSessionFacts, RoomFacts } from "./facts";

export type NextAct =
  | { kind: "waitForPapers" }
  | { kind: "start"; ready: number; due: number; isEarly: boolean }
  | { kind: "resume" }
  | { kind: "working" }
  | { kind: "decideHeld"; held: number }
  | { kind: "close" }
  | { kind: "record" };

export function nextAct(
  examSession: ExamSessionFacts,
  room: RoomFacts,
  counts: Counts,
  nowMs: number,
): NextAct {
  if (room.closed_at !== null) return { kind: "record" };
  if (room.started_at === null) {
    if (examSession.state === "planned") return { kind: "waitForPapers" };
    const isEarly = nowMs < Date.parse(examSession.planned_start);
    return { kind: "start", ready: counts.ready, due: counts.due, isEarly };
  }
  if (room.is_paused) return { kind: "resume" };
  if (counts.working + counts.paused > 0) return { kind: "working" };
  if (counts.held > 0) return { kind: "decideHeld", held: counts.held };
  return { kind: "close" };
}
