// The server's time, known here by an offset; this computer's own clock is never trusted.

export interface ServerClock {
  offsetMs: number;
}

export function clockFrom(serverNow: string, localNowMs: number): ServerClock {
  return { offsetMs: Date.parse(serverNow) - localNowMs };
}

export function serverNowMs(clock: ServerClock, localNowMs: number): number {
  return localNowMs + clock.offsetMs;
}

export function remainingMs(endsAt: string | null, nowMs: number): number | null {
  return endsAt === null ? null : Math.max(0, Date.parse(endsAt) - nowMs);
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
