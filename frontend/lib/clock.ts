// The server's time, known here by an offset. This computer's own clock is never trusted: a steady
// one carries the time on, and where both disagree nobody knows until the server has spoken.

/** What the server said, and what this computer's two clocks showed then. */
export interface ServerClock {
  serverMs: number;
  /** `performance.now()`: nobody can set it, but it may stand still while a computer sleeps. */
  steadyMs: number;
  /** `Date.now()`: goes on in sleep and through a restart, but anybody can set it. */
  wallMs: number;
}

/** What is kept for a reload, in which only the wall clock goes on. */
export interface KeptClock {
  serverMs: number;
  wallMs: number;
  isSure: boolean;
  /** The server's time when it was last beyond doubt. */
  sureMs?: number | null;
}

/** More than this and one of the clocks has jumped. */
export const LARGEST_DRIFT_MS = 5_000;
/** A reload takes seconds, a restart a minute or two; what took longer may be a clock that was set. */
export const LONGEST_RELOAD_MS = 3 * 60_000;

export function clockFrom(serverNow: string, steadyMs: number, wallMs: number): ServerClock {
  return { serverMs: Date.parse(serverNow), steadyMs, wallMs };
}

export function serverNowMs(clock: ServerClock, steadyMs: number): number {
  return clock.serverMs + (steadyMs - clock.steadyMs);
}

/** Whether both clocks of this computer tell the same since the server spoke. */
export function isSteady(clock: ServerClock, steadyMs: number, wallMs: number): boolean {
  const drift = wallMs - clock.wallMs - (steadyMs - clock.steadyMs);
  return Math.abs(drift) <= LARGEST_DRIFT_MS;
}

/** The clock after a reload without a line, and whether it may be believed. */
export function clockAfterReload(
  kept: KeptClock,
  steadyMs: number,
  wallMs: number,
): { clock: ServerClock; isSure: boolean } {
  const passed = wallMs - kept.wallMs;
  const isSure = kept.isSure && passed > -LARGEST_DRIFT_MS && passed <= LONGEST_RELOAD_MS;
  return { clock: { serverMs: kept.serverMs + Math.max(0, passed), steadyMs, wallMs }, isSure };
}

export function remainingMs(endsAt: string | null, nowMs: number): number | null {
  return endsAt === null ? null : Math.max(0, Date.parse(endsAt) - nowMs);
}

/** A candidate away from the seat; `until`: when a break stops the clock no more. */
export interface Away {
  kind: "break" | "out";
  since: string;
  until: string | null;
}

export interface ClockTold {
  status: string;
  now: string;
  ends_at: string | null;
  away?: Away | null;
}

/** Time left as it is now: it stands still in a pause, and in a break while its minutes last. */
export function leftOf(told: ClockTold, nowMs: number): number | null {
  if (told.ends_at === null) return null;
  if (told.status !== "paused") return remainingMs(told.ends_at, nowMs);
  const toldMs = Date.parse(told.now);
  const runsOnMs = told.away?.until ? Math.max(Date.parse(told.away.until), toldMs) : nowMs;
  const ran = Math.max(0, nowMs - runsOnMs);
  return Math.max(0, Date.parse(told.ends_at) - toldMs - ran);
}

/** Whether a break has used up its minutes, so that time runs although nobody is back. */
export function isOverAllowance(told: { away?: Away | null }, nowMs: number): boolean {
  const until = told.away?.until;
  return told.away?.kind === "break" && !!until && Date.parse(until) <= nowMs;
}

/** 3 725 000 ms is "1:02:05"; rounded up, so that 0:00 means over. */
export function timeText(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (n: number) => String(n).padStart(2, "0");
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** The warning in force: at most 5 minutes left, at most 10, or none. */
export function warningFor(ms: number): 5 | 10 | null {
  if (ms <= 5 * 60_000) return 5;
  return ms <= 10 * 60_000 ? 10 : null;
}
