// Where a seat keeps things: the browser's store, or memory where the browser refuses one.
import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import type { AnswerEvent } from "./outbox";

/** A place for facts by name, and for events by sitting and number. */
export interface Drawer {
  /** Whether it outlives the page. */
  readonly isLasting: boolean;
  get(name: string): Promise<unknown>;
  put(name: string, value: unknown): Promise<void>;
  drop(...names: string[]): Promise<void>;
  events(sitting: string): Promise<AnswerEvent[]>;
  /** Resolves once the event is on the disk; rejects when its number is taken. */
  addEvent(sitting: string, event: AnswerEvent): Promise<void>;
  dropEvents(sitting: string, upTo: number): Promise<void>;
}

interface SeatSchema extends DBSchema {
  facts: { key: string; value: unknown };
  events: { key: [string, number]; value: AnswerEvent & { sitting: string } };
}

/** A number was taken: another window of this browser writes too. */
export function isTaken(error: unknown): boolean {
  return error instanceof Error && error.name === "ConstraintError";
}

/** Open the browser's store; memory where there is none or nothing can be written. */
export async function openDrawer(): Promise<Drawer> {
  try {
    const db = await openDB<SeatSchema>("exam-seat", 1, {
      upgrade(fresh) {
        fresh.createObjectStore("facts");
        fresh.createObjectStore("events", { keyPath: ["sitting", "seq"] });
      },
    });
    const drawer = new BrowserDrawer(db);
    return (await canKeep(drawer)) ? drawer : new MemoryDrawer();
  } catch {
    return new MemoryDrawer();
  }
}

/** Whether a drawer really keeps things: written, read back, removed. */
export async function canKeep(drawer: Drawer): Promise<boolean> {
  try {
    await drawer.put("try", "kept");
    const isKept = (await drawer.get("try")) === "kept";
    await drawer.drop("try");
    return isKept && drawer.isLasting;
  } catch {
    return false;
  }
}

const upTo = (sitting: string, seq: number) => IDBKeyRange.bound([sitting, 0], [sitting, seq]);

class BrowserDrawer implements Drawer {
  readonly isLasting = true;

  constructor(private readonly db: IDBPDatabase<SeatSchema>) {}

  get(name: string): Promise<unknown> {
    return this.db.get("facts", name);
  }

  async put(name: string, value: unknown): Promise<void> {
    await this.db.put("facts", value, name);
  }

  async drop(...names: string[]): Promise<void> {
    const transaction = this.db.transaction("facts", "readwrite");
    await Promise.all([...names.map((name) => transaction.store.delete(name)), transaction.done]);
  }

  async events(sitting: string): Promise<AnswerEvent[]> {
    const rows = await this.db.getAll("events", upTo(sitting, Number.MAX_SAFE_INTEGER));
    return rows.map(({ sitting: _, ...event }) => event);
  }

  async addEvent(sitting: string, event: AnswerEvent): Promise<void> {
    const transaction = this.db.transaction("events", "readwrite", { durability: "strict" });
    await Promise.all([transaction.store.add({ ...event, sitting }), transaction.done]);
  }

  async dropEvents(sitting: string, seq: number): Promise<void> {
    await this.db.delete("events", upTo(sitting, seq));
  }
}

export class MemoryDrawer implements Drawer {
  readonly isLasting = false;
  private readonly facts = new Map<string, unknown>();
  private kept: (AnswerEvent & { sitting: string })[] = [];

  async get(name: string): Promise<unknown> {
    return this.facts.get(name);
  }

  async put(name: string, value: unknown): Promise<void> {
    this.facts.set(name, value);
  }

  async drop(...names: string[]): Promise<void> {
    for (const name of names) this.facts.delete(name);
  }

  async events(sitting: string): Promise<AnswerEvent[]> {
    return this.kept
      .filter((event) => event.sitting === sitting)
      .map(({ sitting: _, ...event }) => event);
  }

  async addEvent(sitting: string, event: AnswerEvent): Promise<void> {
    this.kept.push({ ...event, sitting });
  }

  async dropEvents(sitting: string, seq: number): Promise<void> {
    this.kept = this.kept.filter((event) => event.sitting !== sitting || event.seq > seq);
  }
}
