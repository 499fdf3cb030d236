// What a console knows of its room, and what follows from it. Nothing here knows a page or a line.

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
  ends_at: string | null;
  last_contact_at: string | null;
  connected: boolean;
  clock_confirmed: boolean;
  called: string | null;
  move_requested: boolean;
  message_unread: number;
}

export interface IncidentFacts {
  id: string;
  sitting: string | null;
  category: string;
  note: string;
  at: string;
}

export interface Snapshot {
  exam_session: { id: string; name: string; state: string; subject: string; minutes: number };
  room: {
    id: string;
    name: string;
    rows: number;
    columns: number;
    started_at: string | null;
    closed_at: string | null;
  };
  now: string;
  number: number;
  seats: SeatFacts[];
  incidents: IncidentFacts[];
}

/** The snapshot after a change, or null when a message in between is missing. */
export function merged(
  known: Snapshot,
  told: { number: number; now: string; changed: SeatFacts[] },
): Snapshot | null {
  if (told.number <= known.number) return known;
  if (told.number > known.number + 1) return null;
  const changed = new Map(told.changed.map((seat) => [seat.sitting, seat]));
  return {
    ...known,
    number: told.number,
    now: told.now,
    seats: known.seats.map((seat) => changed.get(seat.sitting) ?? seat),
  };
}

export interface Counts {
  due: number;
  present: number;
  working: number;
  handedIn: number;
  absent: number;
}

export function countsOf(seats: SeatFacts[]): Counts {
  const absent = seats.filter((seat) => seat.status === "assigned").length;
  return {
    due: seats.length,
    present: seats.length - absent,
    working: seats.filter((seat) => seat.status === "running").length,
    handedIn: seats.filter((seat) => seat.status === "handed_in").length,
    absent,
  };
}

export type Need = "called" | "moveAsked" | "isHeld" | "lost" | "clockLate" | "notReady";

export interface NeedFacts {
  seat: SeatFacts;
  need: Need;
  seconds: number;
}

const LOST_AFTER_S = 30;

/** What needs a person, what matters most first. */
export function needsOf(snapshot: Snapshot, nowMs: number): NeedFacts[] {
  const order: Need[] = ["called", "moveAsked", "isHeld", "lost", "clockLate", "notReady"];
  const found = snapshot.seats.flatMap((seat) => {
    const need = needOf(seat, snapshot.room.started_at !== null, silence(seat, nowMs));
    return need ? [{ seat, need, seconds: silence(seat, nowMs) }] : [];
  });
  return found.sort(
    (a, b) => order.indexOf(a.need) - order.indexOf(b.need) || b.seconds - a.seconds,
  );
}

function needOf(seat: SeatFacts, hasStarted: boolean, seconds: number): Need | null {
  if (seat.called !== null) return "called";
  if (seat.move_requested) return "moveAsked";
  if (seat.status === "held") return "isHeld";
  if (seat.status === "running" && !seat.connected && seconds > LOST_AFTER_S) return "lost";
  if (seat.status === "running" && seat.connected && !seat.clock_confirmed) return "clockLate";
  if (hasStarted && seat.status === "checked_in") return "notReady";
  return null;
}

function silence(seat: SeatFacts, nowMs: number): number {
  if (seat.last_contact_at === null) return 0;
  return Math.max(0, Math.round((nowMs - Date.parse(seat.last_contact_at)) / 1000));
}

export function minutesLeft(seat: SeatFacts, nowMs: number): number | null {
  if (seat.ends_at === null || !["running", "paused"].includes(seat.status)) return null;
  return Math.max(0, Math.ceil((Date.parse(seat.ends_at) - nowMs) / 60_000));
}
