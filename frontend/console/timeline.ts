// A seat's timeline on one line: instants as places between 0 and 1. Nothing here knows a page.

import type { SignalDetail } from "./signals";

export interface TimelineEvent {
  kind: string;
  at: string;
  until?: string | null;
  text?: string;
  by?: string;
  reason?: string;
  minutes?: string;
  category?: string;
  mark?: string;
  signal?: string;
  detail?: SignalDetail;
  read_at?: string | null;
  whole_room?: boolean;
  given_back?: boolean;
  is_accepted?: boolean;
  is_withdrawn?: boolean;
  count?: number;
  counted?: number;
  outcome?: string;
}

export interface SeatDetails {
  candidate: { name: string; ticket: string; id_number_masked: string; room: string };
  identity_confirmed_at: string | null;
  started_at: string | null;
  ended_at: string | null;
  lease_number: number;
  address: string;
  photo: boolean;
  late_entries: number;
  answers: number[];
  timeline: TimelineEvent[];
}

export interface Span {
  fromMs: number;
  toMs: number;
}

/** From the start (or the first event) to the end, or to now while it lasts. */
export function spanOf(details: SeatDetails, endsAt: string | null, nowMs: number): Span {
  const first = details.started_at ?? details.timeline[0]?.at;
  const fromMs = first === undefined || first === null ? nowMs : Date.parse(first);
  const last = details.ended_at ?? endsAt;
  const toMs = Math.max(last === null ? nowMs : Date.parse(last), fromMs + 60_000);
  return { fromMs, toMs };
}

export function placeIn(span: Span, atMs: number): number {
  return Math.min(1, Math.max(0, (atMs - span.fromMs) / (span.toMs - span.fromMs)));
}

export interface Stretch {
  kind: string;
  from: number;
  to: number;
}

/** Losses and pauses as stretches; one that lasts reaches to now. */
export function stretches(details: SeatDetails, span: Span, nowMs: number): Stretch[] {
  const endMs = details.ended_at === null ? nowMs : Date.parse(details.ended_at);
  return details.timeline
    .filter((event) => ["lost", "paused", "break", "out"].includes(event.kind))
    .map((event) => ({
      kind: event.kind,
      from: placeIn(span, Date.parse(event.at)),
      to: placeIn(span, event.until ? Date.parse(event.until) : endMs),
    }));
}

export interface Tick {
  place: number;
  count: number;
}

/** Answers as ticks: how many came in each of `n` parts of the line. Never which, never what. */
export function ticks(details: SeatDetails, span: Span, n: number): Tick[] {
  if (details.started_at === null) return [];
  const start = Date.parse(details.started_at);
  const counted = new Map<number, number>();
  for (const second of details.answers) {
    const part = Math.min(n - 1, Math.floor(placeIn(span, start + second * 1000) * n));
    counted.set(part, (counted.get(part) ?? 0) + 1);
  }
  return [...counted]
    .sort(([a], [b]) => a - b)
    .map(([part, count]) => ({ place: (part + 0.5) / n, count }));
}

/** How long a stretch lasted, in whole seconds. */
export function secondsOf(event: TimelineEvent, nowMs: number): number {
  const end = event.until ? Date.parse(event.until) : nowMs;
  return Math.max(0, Math.round((end - Date.parse(event.at)) / 1000));
}
