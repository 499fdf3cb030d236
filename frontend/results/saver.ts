// Cells on their way to the server: gathered for a moment, sent, sent again until answered.
import type { Place } from "./drafts";

export type Sent = Place & { typed: string; seen: string };
export type Told = Sent & { shown: string; by: string; at: string };
export type Refusal = Place & { typed: string; message: string };
export type Reply = { saved: Told[]; conflicts: Told[]; refused: Refusal[] };
export type Line = "up" | "down" | { refusal: string };

const GATHER_MS = 300;
const RETRY_MS = [1000, 2000, 5000, 10_000, 30_000];

export class Saver {
  private readonly waiting = new Map<string, Sent>();
  private isSending = false;
  private tries = 0;
  private timer = 0;
  line: Line = "up";

  constructor(
    private readonly post: (cells: Sent[]) => Promise<Reply | { refusal: string }>,
    private readonly taken: (reply: Reply) => void,
    private readonly changed: () => void,
  ) {}

  get count(): number {
    return this.waiting.size;
  }

  add(cell: Sent): void {
    this.waiting.set(`${cell.registration} ${cell.component}`, cell);
    this.plan(this.tries > 0 ? undefined : GATHER_MS);
    this.changed();
  }

  drop(place: Place): void {
    this.waiting.delete(`${place.registration} ${place.component}`);
  }

  /** Send at once: the line may be back. */
  hurry(): void {
    if (this.waiting.size > 0) this.plan(0);
  }

  private plan(wait: number | undefined): void {
    if (wait === undefined && this.timer) return;
    clearTimeout(this.timer);
    const retry = RETRY_MS[Math.min(this.tries, RETRY_MS.length) - 1] ?? GATHER_MS;
    this.timer = Number(setTimeout(() => void this.send(), wait ?? retry));
  }

  private async send(): Promise<void> {
    this.timer = 0;
    if (this.isSending || this.waiting.size === 0) return;
    const cells = [...this.waiting.values()];
    this.isSending = true;
    try {
      const reply = await this.post(cells);
      if ("refusal" in reply) this.failed(reply);
      else this.answered(cells, reply);
    } catch {
      this.failed("down");
    } finally {
      this.isSending = false;
      this.changed();
      if (this.waiting.size > 0) this.plan(undefined);
    }
  }

  private answered(cells: Sent[], reply: Reply): void {
    this.line = "up";
    this.tries = 0;
    // what was typed again meanwhile stays and goes with the next message
    for (const cell of cells) {
      const key = `${cell.registration} ${cell.component}`;
      if (this.waiting.get(key) === cell) this.waiting.delete(key);
    }
    this.taken(reply);
  }

  private failed(line: Line): void {
    this.line = line;
    this.tries += 1;
  }
}
