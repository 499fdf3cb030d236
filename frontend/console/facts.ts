// What a console knows of its room, and what follows from it. Nothing here knows a page or a line.
import type { Away } from "../lib/clock";
import { endOf, type Granted, standsStill } from "./away";

export interface NeedFacts {
  need: string;
  urgency: number;
  since: string;
  shows_at: string;
  text?: string;
  counts?: Record<string, number>;
}

export interface SeatFacts {
  sitting: string;
  seat: number;
  row: number;
  column: number;
  name: string;
  ticket: string;
  form: string;
  status: string;
  answered: number;
  total: number;
  /** An adaptive test may end from this many items on; null: it has as many as `total`. */
  ends_from: number | null;
  /** No further item comes, however many there were. */
  is_over: boolean;
  ends_at: string | null;
  left_s: number | null;
  last_contact_at: string | null;
  connected: boolean;
  clock_number: number;
  clock_acked: number;
  clock_confirmed: boolean;
  called: string | null;
  move_requested: boolean;
  unread: string[];
  lost_minutes: number;
  attendance: string | null;
  asks_for_break: boolean;
  away: Away | null;
  break_left_s: number;
  granted: Granted | null;
  safe_browser: { use: string; outcome: string | null; let_in: boolean } | null;
  needs: NeedFacts[];
}

export interface IncidentFacts {
  id: string;
  sitting: string | null;
  seat: number | null;
  category: string;
  note: string;
  at: string;
  by: string;
}

export interface Place {
  number: number;
  row: number;
  column: number;
  is_usable: boolean;
}

export interface RoomFacts {
  id: string;
  name: string;
  rows: number;
  columns: number;
  started_at: string | null;
  closed_at: string | null;
  ends_at: string | null;
  left_s: number | null;
  is_paused: boolean;
}

export interface ExamSessionFacts {
  id: string;
  name: string;
  state: string;
  subject: string;
  subject_en: string;
  minutes: number;
  planned_start: string;
  most_out: number;
}

/** What is wrong with the clock of the server's computer: nothing when it is right. */
export interface ClockAlarm {
  is_doubted: boolean;
  step_s: number;
}

export interface Snapshot {
  exam_session: ExamSessionFacts;
  room: RoomFacts;
  places: Place[];
  now: string;
  number: number;
  seats: SeatFacts[];
  incidents: IncidentFacts[];
  clock: ClockAlarm;
}

export interface Changes {
  number: number;
  now: string;
  changed: ChangedSeat[];
}

/** What has changed of a seat: all of it, or only what an answer changes. */
export type ChangedSeat = Pick<SeatFacts, "sitting"> & Partial<SeatFacts>;

export function isWhole(seat: ChangedSeat): seat is SeatFacts {
  return seat.ticket !== undefined;
}

/** What a change means after the number known: new, an old one again, or one in between is lost. */
export function placeOf(known: number, told: number): "next" | "old" | "gap" {
  if (told <= known) return "old";
  return told === known + 1 ? "next" : "gap";
}

export interface Counts {
  due: number;
  present: number;
  working: number;
  handedIn: number;
  absent: number;
  ready: number;
  paused: number;
  held: number;
}

export function countsOf(seats: readonly SeatFacts[]): Counts {
  const inState = (status: string) => seats.filter((seat) => seat.status === status).length;
  const absent = seats.filter(isAbsent).length;
  return {
    due: seats.length,
    present: seats.length - absent,
    working: inState("running"),
    handedIn: inState("handed_in"),
    absent,
    ready: inState("ready"),
    paused: inState("paused"),
    held: inState("held"),
  };
}

export function isAbsent(seat: SeatFacts): boolean {
  return seat.status === "assigned" && seat.attendance === null;
}

/** Whether somebody is here whose face and document nobody has compared. */
export function isUnchecked(seat: SeatFacts): boolean {
  return !isAbsent(seat) && !["checked", "doubtful"].includes(seat.attendance ?? "");
}

/** Whom to compare after a seat: the next by number, then those left out before it. */
export function uncheckedAfter(
  seats: readonly SeatFacts[],
  seat: SeatFacts,
): SeatFacts | undefined {
  const others = seats.filter((each) => isUnchecked(each) && each.sitting !== seat.sitting);
  return others.find((each) => each.seat > seat.seat) ?? others[0];
}

export const LIVE = ["running", "paused"];
export const OVER = ["handed_in", "void"];

/** Minutes left: by the end while time runs, as told while it stands still. */
export function minutesLeft(
  clock: { ends_at: string | null; left_s: number | null },
  isPaused: boolean,
  nowMs: number,
): number | null {
  if (clock.ends_at === null || clock.left_s === null) return null;
  const seconds = isPaused ? clock.left_s : (Date.parse(clock.ends_at) - nowMs) / 1000;
  return Math.max(0, Math.ceil(seconds / 60));
}

const ABOUT_THE_SAME_S = 30;

/** A seat's own minutes, told only where its time is not that of the room. */
export function ownMinutes(seat: SeatFacts, room: RoomFacts, nowMs: number): number | null {
  if (!LIVE.includes(seat.status) || seat.ends_at === null || room.ends_at === null) return null;
  const isPaused = standsStill(seat, nowMs);
  const ends_at = endOf(seat) ?? seat.ends_at;
  if (isPaused === room.is_paused) {
    const apart = isPaused
      ? Math.abs((seat.left_s ?? 0) - (room.left_s ?? 0))
      : Math.abs(Date.parse(ends_at) - Date.parse(room.ends_at)) / 1000;
    if (apart < ABOUT_THE_SAME_S) return null;
  }
  return minutesLeft({ ...seat, ends_at }, isPaused, nowMs);
}

export type Progress = "whole" | "progressOpen" | "progressSoon" | "progressOver";

/** How a seat's progress is told: how long an adaptive test becomes is known when it is over. */
export function progressOf({ answered, ends_from, is_over }: SeatFacts): Progress {
  if (is_over) return "progressOver";
  if (ends_from === null) return "whole";
  return answered < ends_from ? "progressOpen" : "progressSoon";
}
