// A room for tests: five rows of six, everybody at work.
import type { NeedFacts, RoomFacts, SeatFacts } from "./facts";

export const NOW = Date.parse("2026-06-01T01:10:00.000Z");

export function seat(values: Partial<SeatFacts> = {}): SeatFacts {
  return {
    sitting: "a",
    seat: 1,
    row: 1,
    column: 1,
    name: "张三",
    ticket: "T1",
    form: "A",
    status: "running",
    answered: 0,
    total: 10,
    ends_from: null,
    is_over: false,
    ends_at: "2026-06-01T02:00:00.000Z",
    left_s: 3000,
    last_contact_at: "2026-06-01T01:09:00.000Z",
    connected: true,
    clock_number: 2,
    clock_acked: 2,
    clock_confirmed: true,
    called: null,
    move_requested: false,
    unread: [],
    lost_minutes: 0,
    attendance: null,
    asks_for_break: false,
    away: null,
    break_left_s: 0,
    granted: null,
    safe_browser: null,
    needs: [],
    ...values,
  };
}

export function room(values: Partial<RoomFacts> = {}): RoomFacts {
  return {
    id: "r",
    name: "",
    rows: 5,
    columns: 6,
    started_at: "2026-06-01T01:00:00.000Z",
    closed_at: null,
    ends_at: "2026-06-01T02:00:00.000Z",
    left_s: 3000,
    is_paused: false,
    ...values,
  };
}

export function need(kind: string, urgency: number, since: string, showsAt = since): NeedFacts {
  return { need: kind, urgency, since, shows_at: showsAt };
}
