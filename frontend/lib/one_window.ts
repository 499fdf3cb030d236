// One window writes: two windows of one browser would give out the same numbers. The one that works
// holds a lock, line or no line; another may ask it to give way.

const NAME = "exam-seat";
/** A reload's own lock takes a moment to be let go of. */
const PATIENCE_MS = 1_500;
/** A window that does not give way in this time has frozen. */
const GIVE_WAY_MS = 3_000;

export class OneWindow {
  private letGo: (() => void) | null = null;
  private readonly channel: BroadcastChannel | null;

  /** `giveWay` ends the work of this window: everything written, nothing more numbered. */
  constructor(private readonly giveWay: () => Promise<void>) {
    this.channel = hasLocks() ? new BroadcastChannel(NAME) : null;
    this.channel?.addEventListener("message", () => void this.end());
  }

  /** Whether this window may write. Where there are no locks the server tells windows apart. */
  async take(): Promise<boolean> {
    return !hasLocks() || this.held(PATIENCE_MS);
  }

  /** Have the other window end its work, whatever it is doing. */
  async takeOver(): Promise<void> {
    if (!hasLocks() || this.letGo) return;
    this.channel?.postMessage("give way");
    if (!(await this.held(GIVE_WAY_MS))) await this.hold({ steal: true });
  }

  private async held(patienceMs: number): Promise<boolean> {
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(), patienceMs);
    const isHeld = await this.hold({ signal: patience.signal });
    clearTimeout(timer);
    return isHeld;
  }

  /** Hold the lock until it is let go of or stolen; whether it has been got. */
  private hold(options: LockOptions): Promise<boolean> {
    return new Promise((resolve) => {
      const asked = navigator.locks.request(NAME, options, () => {
        resolve(true);
        return new Promise<void>((done) => {
          this.letGo = done;
        });
      });
      asked.catch(() => {
        resolve(false);
        void this.end();
      });
    });
  }

  private async end(): Promise<void> {
    const { letGo } = this;
    if (!letGo) return;
    this.letGo = null;
    await this.giveWay().finally(letGo);
  }
}

function hasLocks(): boolean {
  return "locks" in navigator && "BroadcastChannel" in globalThis;
}
