// Changes of seats on their way to the page. When a whole room changes at once, thirty tiles and
// thirty cards drawn in one go would stop an old computer for a second: they come a few a frame.
import type { ChangedSeat, SeatFacts } from "./facts";

/** What one frame draws: so many seats whose bar has grown, or half as many drawn anew. */
const FRAME_COST = 6;
const ANEW_COST = 2;
const LONGEST_FRAME_MS = 200;

/** What changes with every answer: a tile writes it where it stands and draws nothing anew. */
export function isProgress(before: SeatFacts, now: SeatFacts): boolean {
  return standing(before) === standing(now);
}

function standing({ answered: _a, last_contact_at, left_s: _l, ...rest }: SeatFacts): string {
  return JSON.stringify([rest, last_contact_at === null]);
}

export class Arrivals {
  private readonly waiting = new Map<string, ChangedSeat>();

  constructor(
    private readonly known: (sitting: string) => SeatFacts | undefined,
    private readonly put: (seats: readonly ChangedSeat[]) => void,
    private readonly nextFrame: (act: () => void) => void = soon,
  ) {}

  /** Take what was told: drawn a few a frame, each seat with all that was told of it. */
  hear(told: readonly ChangedSeat[]): void {
    const isIdle = this.waiting.size === 0;
    for (const seat of told)
      this.waiting.set(seat.sitting, { ...this.waiting.get(seat.sitting), ...seat });
    if (isIdle) this.step();
  }

  /** A whole picture of the room has come: what waits is older. */
  clear(): void {
    this.waiting.clear();
  }

  private step(): void {
    const next: ChangedSeat[] = [];
    let cost = 0;
    for (const seat of this.waiting.values()) {
      if (cost >= FRAME_COST) break;
      next.push(seat);
      cost += this.costOf(seat);
    }
    for (const seat of next) this.waiting.delete(seat.sitting);
    if (next.length > 0) this.put(next);
    if (this.waiting.size > 0) this.nextFrame(() => this.step());
  }

  private costOf(seat: ChangedSeat): number {
    const before = this.known(seat.sitting);
    return before && isProgress(before, { ...before, ...seat }) ? 1 : ANEW_COST;
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
