// The console's line: the snapshot, its changes, and the proctor's acts.
import { computed, signal } from "@preact/signals";
import { Line, type Reply } from "../lib/live";
import { merged, needsOf, type SeatFacts, type Snapshot } from "./facts";
import { say } from "./words";

export const snapshot = signal<Snapshot | null>(null);
export const downSince = signal<number | null>(null);
export const offsetMs = signal(0);
export const tickMs = signal(Date.now());
export const chosen = signal<ReadonlySet<string>>(new Set());
export const opened = signal<string | null>(null);
export const outcome = signal<{ ok: boolean; words: string } | null>(null);

export const nowMs = computed(() => tickMs.value + offsetMs.value);
export const needs = computed(() => (snapshot.value ? needsOf(snapshot.value, nowMs.value) : []));

export class Room {
  private readonly line = new Line("/proctoring");

  constructor(
    private readonly examSession: string,
    private readonly room: string,
  ) {
    this.line.socket.on("connect", () => void this.join());
    this.line.socket.on("disconnect", () => {
      downSince.value = nowMs.value;
    });
    this.line.on<{ number: number; now: string; changed: SeatFacts[] }>("seats_changed", (told) => {
      const next = snapshot.value && merged(snapshot.value, told);
      if (next) this.take(next);
      else void this.join();
    });
    this.line.on<Snapshot>("room_changed", (told) => this.take(told));
    setInterval(() => {
      tickMs.value = Date.now();
    }, 1000);
  }

  private take(told: Snapshot): void {
    offsetMs.value = Date.parse(told.now) - Date.now();
    snapshot.value = told;
  }

  private async join(): Promise<void> {
    const reply = await this.ask("join_room");
    if (reply.ok) {
      this.take(reply.snapshot as Snapshot);
      downSince.value = null;
    } else outcome.value = { ok: false, words: reply.message ?? "" };
  }

  private async ask(name: string, more: Record<string, unknown> = {}): Promise<Reply> {
    const address = { exam_session: this.examSession, room: this.room };
    try {
      return await this.line.ask(name, { ...address, ...more });
    } catch {
      return { ok: false, message: "…" };
    }
  }

  /** Act on the chosen seats, one by one, or on the whole room when none is named. */
  async act(
    name: string,
    sittings: Iterable<string> | null,
    more: Record<string, unknown> = {},
  ): Promise<void> {
    const targets = sittings === null ? [null] : [...sittings];
    let reached = 0;
    let problem: string | null = null;
    for (const sitting of targets) {
      const reply = await this.ask(name, sitting === null ? more : { ...more, sitting });
      if (reply.ok) reached += Number(reply.reached ?? reply.started ?? 1);
      else problem = reply.message ?? reply.code ?? "";
    }
    outcome.value =
      problem === null
        ? { ok: true, words: say("done", { count: reached }) }
        : { ok: false, words: say("failed", { message: problem }) };
  }
}
