// The time as this page shows it: told by the server, carried on by a steady clock, doubted when
// this computer's clocks disagree, kept for a reload without a line.
import { computed, signal } from "@preact/signals";
import { clockAfterReload, clockFrom, isSteady, type ServerClock, serverNowMs } from "../lib/clock";
import { keepClock, keptClock } from "../lib/store";

/** This computer's own time until anything better is known. */
const clock = signal<ServerClock>({
  serverMs: Date.now(),
  steadyMs: performance.now(),
  wallMs: Date.now(),
});
const tickMs = signal(performance.now());

/** Whether the time shown may be believed; after a jump only the server can say. */
export const isSure = signal(false);

/** The server's time when it was last beyond doubt. */
export const lastSureMs = signal<number | null>(null);

export const nowMs = computed(() => serverNowMs(clock.value, tickMs.value));

/** The same by whole seconds: what shows the time is drawn once a second. */
export const nowSecond = computed(() => Math.floor(nowMs.value / 1000) * 1000);

/** By how much this computer's own clock is off. */
export const offsetMs = computed(() => clock.value.serverMs - clock.value.wallMs);

/** The server's time at this very moment, for what is written down. */
export function instant(): string {
  return new Date(serverNowMs(clock.peek(), performance.now())).toISOString();
}

/** The server has said what time it is: doubt is over. */
export function take(serverNow: string): void {
  tickMs.value = performance.now();
  clock.value = clockFrom(serverNow, tickMs.value, Date.now());
  isSure.value = true;
  lastSureMs.value = clock.value.serverMs;
}

/** Go on with the time that an earlier page has kept, as far as it can be believed. */
export function takeKept(): void {
  const kept = keptClock();
  if (isSure.peek() || !kept) return;
  tickMs.value = performance.now();
  const after = clockAfterReload(kept, tickMs.value, Date.now());
  clock.value = after.clock;
  isSure.value = after.isSure;
  lastSureMs.value = kept.sureMs ?? kept.serverMs;
}

/** Look at both clocks; true when the time has just become doubtful. */
export function tick(): boolean {
  tickMs.value = performance.now();
  if (!isSure.peek()) return false;
  if (isSteady(clock.peek(), tickMs.value, Date.now())) {
    lastSureMs.value = nowMs.peek();
    return false;
  }
  isSure.value = false;
  return true;
}

/** Keep the time for a page that comes up without a line. A clock that jumped since the last look
 * would be kept as if it were right, so it is looked at first. */
export function keep(): void {
  tick();
  keepClock({
    serverMs: nowMs.peek(),
    wallMs: Date.now(),
    isSure: isSure.peek(),
    sureMs: lastSureMs.peek(),
  });
}
