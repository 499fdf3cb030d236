// Ratings on their way to the server: kept on this computer until it has acknowledged them, sent
// again after a lost line or a reload. The newest of a place counts.
import { type Answer, LINE_LOST } from "../lib/http";

export interface Rating {
  value: number | null;
  note: string;
}

export type Ratings = Record<string, Rating>;
export type LineState = "saved" | "saving" | "lost" | "refused";

export interface Store {
  getItem(key: string): string | null;
  setItem(key: string, text: string): void;
  removeItem(key: string): void;
}

export type Send = (ratings: (Rating & { place: number })[]) => Promise<Answer>;

export const AGAIN_MS = 2000;

export class Keeper {
  private pending: Ratings;
  private sending: Promise<boolean> | null = null;
  message = "";

  constructor(
    private readonly key: string,
    private readonly store: Store,
    private readonly send: Send,
    private readonly tell: (state: LineState) => void,
    // setTimeout itself refuses to be called as a keeper's own
    private readonly later = (act: () => void, ms: number): unknown => setTimeout(act, ms),
  ) {
    this.pending = JSON.parse(store.getItem(key) ?? "{}");
  }

  /** What the server has not acknowledged yet, by place. */
  get unsent(): Ratings {
    return { ...this.pending };
  }

  rate(place: number, rating: Rating): void {
    this.pending[String(place)] = rating;
    this.keep();
    void this.flush();
  }

  private keep(): void {
    if (Object.keys(this.pending).length === 0) this.store.removeItem(this.key);
    else this.store.setItem(this.key, JSON.stringify(this.pending));
  }

  /** Send what is unsent, once at a time; false if something of it is not acknowledged. */
  flush(): Promise<boolean> {
    this.sending ??= this.sendAll().finally(() => {
      this.sending = null;
    });
    return this.sending;
  }

  private async sendAll(): Promise<boolean> {
    while (Object.keys(this.pending).length > 0) {
      const sent = { ...this.pending };
      this.tell("saving");
      const listed = Object.entries(sent).map(([place, each]) => ({
        place: Number(place),
        ...each,
      }));
      const reply = await this.send(listed);
      if (!reply.ok) {
        this.fail(reply);
        return false;
      }
      for (const [place, each] of Object.entries(sent))
        if (this.pending[place] === each) delete this.pending[place];
      this.keep();
    }
    this.tell("saved");
    return true;
  }

  private fail(reply: Answer): void {
    const isLost = reply.code === LINE_LOST || reply.code === "store_unavailable";
    this.message = reply.message ?? "";
    this.tell(isLost ? "lost" : "refused");
    if (isLost) this.later(() => void this.flush(), AGAIN_MS);
  }
}
