// Changes of seats on their way to the page. When a whole room changes at once, thirty tiles and
// thirty cards drawn in one go would stop an old computer for a second: they come a few a frame.
import type { SeatFacts } from "./facts";

/** So many seats are drawn anew in one frame. */
export const AT_ONCE = 3;
const LONGEST_FRAME_MS = 200;

/** What changes with every answer: a tile writes it where it stands and draws nothing anew. */
export function isProgress(before: SeatFacts, now: SeatFacts): boolean {
  return standing(before) === standing(now);
}

function standing({ answered: _a, last_contact_at, left_s: _l, ...rest }: SeatFacts): string {
  return JSON.stringify([rest, last_contact_at === null]);
}

export class Arrivals {
  private readonly waiting = new Map<string, SeatFacts>();

  constructor(
    private readonly known: (sitting: string) => SeatFacts | undefined,
    private readonly put: (seats: readonly SeatFacts[]) => void,
    private readonly nextFrame: (act: () => void) => void = soon,
  ) {}

  /** Take what was told: progress at once, the rest a few a frame, each seat as told last. */
  hear(told: readonly SeatFacts[]): void {
    const isIdle = this.waiting.size === 0;
    const atOnce: SeatFacts[] = [];
    for (const seat of told) {
      this.waiting.delete(seat.sitting);
      const before = this.known(seat.sitting);
      if (before && isProgress(before, seat)) atOnce.push(seat);
      else this.waiting.set(seat.sitting, seat);
    }
    if (atOnce.length > 0) this.put(atOnce);
    if (isIdle && this.waiting.size > 0) this.step();
  }

  /** A whole picture of the room has come: what waits is older. */
  clear(): void {
    this.waiting.clear();
  }

  private step(): void {
    const next = [...this.waiting.values()].slice(0, AT_ONCE);
    for (const seat of next) this.waiting.delete(seat.sitting);
    if (next.length > 0) this.put(next);
    if (this.waiting.size > 0) this.nextFrame(() => this.step());
  }
}

/** The next frame; a page that is not shown has none and must still hear. */
function soon(act: () => void): void {
  let isDone = false;
  const once = () => {
    if (!isDone) act();
    isDone = true;
  };
  requestAnimationFrame(once);
  setTimeout(once, LONGEST_FRAME_MS);
}
