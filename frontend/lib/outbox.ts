// The outbox: every change gets the next number, is stored before it is sent, and stays until the
// server has acknowledged it. Nothing here knows a page or a socket.

export type EventKind = "answer" | "seen" | "flagged" | "unflagged" | "confirmed";
/** A text or an id; ids; pairs of ids; a place in a picture; texts by blank. */
export type PartAnswer =
  | null
  | string
  | string[]
  | [string, string][]
  | [number, number]
  | Record<string, string>;
/** The answer to an item; to an item set: the parts' answers by part id. */
export type Answer = PartAnswer | Record<string, PartAnswer>;

export interface AnswerEvent {
  seq: number;
  kind: EventKind;
  position: number;
  answer: Answer;
  at: string;
}

export interface OutboxStore {
  all(): Promise<AnswerEvent[]>;
  put(event: AnswerEvent): Promise<void>;
  /** Note what the server has acknowledged; the events go when its state has been kept. */
  settle(upTo: number): Promise<void>;
}

export const MOST_EVENTS = 100;
export const LARGEST_MESSAGE = 200 * 1024;
const bytes = new TextEncoder();

export class Outbox {
  private waiting: AnswerEvent[] = [];
  private lastSeq = 0;
  private ackedSeq = 0;
  private writing: Promise<void> = Promise.resolve();

  /** `noDisk` hears of a disk that fails: what is in memory is sent all the same. */
  constructor(
    private readonly store: OutboxStore,
    private readonly noDisk: (error: unknown) => void = () => undefined,
  ) {}

  /** Take up what an earlier page left; `ackedSeq` is what the server has settled. */
  async open(ackedSeq: number): Promise<void> {
    const kept = await this.store.all().catch((error: unknown) => {
      this.noDisk(error);
      return [];
    });
    this.waiting = kept.filter((event) => event.seq > ackedSeq).sort((a, b) => a.seq - b.seq);
    this.lastSeq = Math.max(ackedSeq, this.lastSeq, ...kept.map((event) => event.seq));
    await this.acknowledge(ackedSeq);
  }

  /** Number a change and store it; resolves once this computer's disk has it, or has failed. */
  add(change: Omit<AnswerEvent, "seq">): Promise<AnswerEvent> {
    this.lastSeq += 1;
    const event = { ...change, seq: this.lastSeq };
    this.waiting.push(event);
    this.writing = this.writing.then(() => this.store.put(event)).catch(this.noDisk);
    return this.writing.then(() => event);
  }

  /** Wait until every change made so far is on this computer's disk. */
  settled(): Promise<void> {
    return this.writing;
  }

  get pending(): readonly AnswerEvent[] {
    return this.waiting;
  }

  get last(): number {
    return this.lastSeq;
  }

  /** The next message: the oldest changes, within the protocol's limits. */
  nextMessage(): AnswerEvent[] {
    const message: AnswerEvent[] = [];
    let size = 0;
    for (const event of this.waiting.slice(0, MOST_EVENTS)) {
      size += bytes.encode(JSON.stringify(event)).length;
      if (message.length > 0 && size > LARGEST_MESSAGE) break;
      message.push(event);
    }
    return message;
  }

  /** Up to which number changes have been acknowledged to this page. */
  get acked(): number {
    return this.ackedSeq;
  }

  async acknowledge(ackedSeq: number): Promise<void> {
    this.ackedSeq = Math.max(this.ackedSeq, ackedSeq);
    this.waiting = this.waiting.filter((event) => event.seq > ackedSeq);
    await this.store.settle(this.ackedSeq).catch(this.noDisk);
  }
}

/** Whether a state was put together before answers that have been acknowledged since it was asked
 * for: it would show them as missing. A server that tells less than was acknowledged before the
 * asking has lost something, and its word holds. */
export function isOvertaken(toldSeq: number, ackedAtAsking: number, ackedNow: number): boolean {
  return toldSeq < ackedNow && toldSeq >= ackedAtAsking;
}

/** What stands at the seat: the server's answers, then the changes it does not have yet. */
export function applied(
  answers: Record<string, Answer>,
  flagged: Iterable<number>,
  events: readonly AnswerEvent[],
): { answers: Record<string, Answer>; flagged: Set<number> } {
  const standing = { ...answers };
  const flags = new Set(flagged);
  for (const event of events) {
    if (event.kind === "answer") standing[String(event.position)] = event.answer;
    if (event.kind === "flagged") flags.add(event.position);
    if (event.kind === "unflagged") flags.delete(event.position);
  }
  return { answers: standing, flagged: flags };
}
