// Whether this computer's clock runs slow or fast beside the server's. A jump is no drift.

export interface ClockSample {
  /** This computer's clock, and the server's, when they were compared. */
  localMs: number;
  serverMs: number;
}

const WORST_S_PER_MIN = 2;
const STEPS = 3;
const SHORTEST_STEP_MS = 20_000;

/**
 * How many seconds a minute this computer's clock gains (below zero: loses), once several steps in
 * a row agree that it is more than two; null while all is well or too little is known. A clock that
 * was set, a sleep or a slow line spoils one step, not several the same way.
 */
export function driftOf(samples: readonly ClockSample[]): number | null {
  const steps: number[] = [];
  let before = samples[0];
  for (const sample of samples.slice(1)) {
    if (before === undefined) return null;
    const server = sample.serverMs - before.serverMs;
    if (server < SHORTEST_STEP_MS) continue;
    steps.push(((sample.localMs - before.localMs - server) / server) * 60);
    before = sample;
  }
  const last = steps.slice(-STEPS);
  if (last.length < STEPS) return null;
  const isOneWay = last.every((step) => Math.sign(step) === Math.sign(last[0] ?? 0));
  if (!isOneWay || last.some((step) => Math.abs(step) <= WORST_S_PER_MIN)) return null;
  return last.reduce((sum, step) => sum + step, 0) / last.length;
}
