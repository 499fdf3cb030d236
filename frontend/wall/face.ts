// What a wall shows at a moment: which phase, which times. Nothing here knows a page or a line.

export interface WallFacts {
  exam_session: {
    name: string;
    subject: string;
    subject_en: string;
    state: string;
    minutes: number;
    planned_start: string;
  };
  room: {
    name: string;
    started_at: string | null;
    closed_at: string | null;
    ends_at: string | null;
    left_s: number | null;
    is_paused: boolean;
  };
  now: string;
  rules?: { late_limit_min: number | null; hand_in_after_min: number };
}

export type Phase = "before" | "running" | "paused" | "over";

export interface Face {
  phase: Phase;
  startsAt: string;
  endsAt: string | null;
  leftMs: number | null;
}

export function faceOf(facts: WallFacts, nowMs: number): Face {
  const { room, exam_session: planned } = facts;
  if (room.started_at === null)
    return {
      phase: room.closed_at === null ? "before" : "over",
      startsAt: planned.planned_start,
      endsAt: null,
      leftMs: null,
    };
  const endMs = room.ends_at === null ? nowMs : Date.parse(room.ends_at);
  const leftMs = room.is_paused ? (room.left_s ?? 0) * 1000 : Math.max(0, endMs - nowMs);
  const isOver = room.closed_at !== null || leftMs === 0;
  return {
    phase: isOver ? "over" : room.is_paused ? "paused" : "running",
    startsAt: room.started_at,
    endsAt: room.is_paused ? null : room.ends_at,
    leftMs: isOver ? 0 : leftMs,
  };
}

/** 3 725 000 ms is "1:02:05"; rounded up, so that 0:00:00 means over. */
export function leftText(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  const two = (n: number) => String(n).padStart(2, "0");
  return `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}
