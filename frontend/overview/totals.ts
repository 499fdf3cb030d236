// Rooms of exam sessions as the server counts them, and what follows. Nothing here knows a page.

export const COUNTED = [
  "due",
  "present",
  "ready",
  "working",
  "handed_in",
  "absent",
  "lost",
  "needs",
] as const;
export type Counted = (typeof COUNTED)[number];

export interface RoomRow extends Record<Counted, number> {
  id: string;
  name: string;
  site: string;
  started_at: string | null;
  closed_at: string | null;
  ends_at: string | null;
  is_paused: boolean;
}

export interface ExamSessionRow {
  id: string;
  name: string;
  state: string;
  planned_start: string;
  minutes: number;
  may_start: boolean;
  rooms: RoomRow[];
}

export function totals(rooms: readonly RoomRow[]): Record<Counted, number> {
  const sums = Object.fromEntries(COUNTED.map((name) => [name, 0])) as Record<Counted, number>;
  for (const room of rooms) for (const name of COUNTED) sums[name] += room[name];
  return sums;
}

export type RoomState = "waiting" | "notStarted" | "running" | "paused" | "closed";

export function stateOf(session: ExamSessionRow, room: RoomRow): RoomState {
  if (room.closed_at !== null) return "closed";
  if (room.started_at === null) return session.state === "planned" ? "waiting" : "notStarted";
  return room.is_paused ? "paused" : "running";
}

/** The rooms that one start would start; none when this person does not lead the exam session. */
export function startable(session: ExamSessionRow): RoomRow[] {
  if (!session.may_start || session.state !== "released") return [];
  return session.rooms.filter((room) => stateOf(session, room) === "notStarted" && room.due > 0);
}
