// Facts this seat tells the proctor: which, for how long; never a verdict, and it stops nothing.
import { type ClockSample, driftOf } from "../lib/drift";
import type { Seat } from "./seat";
import * as state from "./state";

const MOST_SAMPLES = 8;
const LEAST_APART_MS = 1000;

type Tell = (kind: string, detail?: Record<string, number>) => void;

/** What is watched while the paper is worked on; groups the rule set leaves alone are not told. */
export function watchSignals(seat: Seat): void {
  const told = new Map<string, number>();
  const tell: Tell = (kind, detail) => {
    const now = performance.now();
    if (now - (told.get(kind) ?? -LEAST_APART_MS) < LEAST_APART_MS) return;
    told.set(kind, now);
    seat.report(kind, detail);
  };
  watchFocus(tell);
  watchFullScreen(tell);
  for (const act of ["copy", "paste"] as const)
    document.addEventListener(act, () => {
      if (isGathered("clipboard")) tell(`${act}_tried`);
    });
}

function isGathered(group: string): boolean {
  const sitting = state.sitting.value;
  return sitting?.status === "running" && !sitting.away && sitting.signals.includes(group);
}

/** Leaving and coming back are both told, with how long it took in between. */
function watchFocus(tell: Tell): void {
  let leftAt: number | null = null;
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) {
      leftAt = performance.now();
      if (isGathered("focus")) tell("focus_lost");
    } else if (leftAt !== null) {
      if (isGathered("focus")) tell("focus_back", { seconds: since(leftAt) });
      leftAt = null;
    }
  });
}

function watchFullScreen(tell: Tell): void {
  let leftAt: number | null = null;
  document.addEventListener("fullscreenchange", () => {
    if (!document.fullscreenElement) {
      leftAt = performance.now();
      if (isGathered("fullscreen")) tell("fullscreen_left");
    } else if (leftAt !== null) {
      if (isGathered("fullscreen")) tell("fullscreen_back", { seconds: since(leftAt) });
      leftAt = null;
    }
  });
}

function since(ms: number): number {
  return Math.round((performance.now() - ms) / 100) / 10;
}

/** Compares this computer's clock with the server's; one that runs wrong is told once. */
export class ClockWatch {
  private samples: ClockSample[] = [];
  private isTold = false;

  constructor(private readonly tell: Tell) {}

  compare(serverNow: string): void {
    if (this.isTold) return;
    const sample = { localMs: Date.now(), serverMs: Date.parse(serverNow) };
    this.samples = [...this.samples, sample].slice(-MOST_SAMPLES);
    const drift = driftOf(this.samples);
    if (drift === null) return;
    this.isTold = true;
    this.tell(drift < 0 ? "clock_slow" : "clock_fast", { s_per_min: Math.round(drift * 10) / 10 });
  }
}
