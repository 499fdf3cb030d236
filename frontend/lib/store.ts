// What a seat keeps on this computer: its device's secret, the sitting in hand and the outbox.
import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import type { AnswerEvent, OutboxStore } from "./outbox";

export interface KeptSitting {
  sitting: string;
  token: string;
  live_url?: string;
}

/** The receipt as it is shown: kept for a while, so that a reload does not take it away. */
export interface KeptReceipt {
  sitting: string;
  receipt: { count: number; handed_in_at: string; code: string; reason: string };
  name: string;
  ticket: string;
  subject: string;
  answered: number;
  total: number;
  late: number;
}

interface SeatSchema extends DBSchema {
  facts: { key: string; value: string | KeptSitting | KeptReceipt };
  events: { key: [string, number]; value: AnswerEvent & { sitting: string } };
}

export type SeatDb = IDBPDatabase<SeatSchema>;

export function openSeatDb(): Promise<SeatDb> {
  return openDB<SeatSchema>("exam-seat", 1, {
    upgrade(db) {
      db.createObjectStore("facts");
      db.createObjectStore("events", { keyPath: ["sitting", "seq"] });
    },
  });
}

/** The secret that binds a sitting to this computer; made once. */
export async function deviceSecret(db: SeatDb): Promise<string> {
  const kept = await db.get("facts", "device");
  if (typeof kept === "string") return kept;
  const bytes = crypto.getRandomValues(new Uint8Array(24));
  const secret = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  await db.put("facts", secret, "device");
  return secret;
}

export async function keptSitting(db: SeatDb): Promise<KeptSitting | null> {
  const kept = await db.get("facts", "sitting");
  return kept && typeof kept !== "string" && "token" in kept ? kept : null;
}

export async function keptReceipt(db: SeatDb): Promise<KeptReceipt | null> {
  const kept = await db.get("facts", "receipt");
  return kept && typeof kept !== "string" && "receipt" in kept ? kept : null;
}

export async function keepReceipt(db: SeatDb, receipt: KeptReceipt): Promise<void> {
  await db.put("facts", receipt, "receipt");
}

export async function forgetReceipt(db: SeatDb): Promise<void> {
  await db.delete("facts", "receipt");
}

/** Whether this computer can really keep things: written, read back, removed. */
export async function canKeep(db: SeatDb): Promise<boolean> {
  try {
    await db.put("facts", "kept", "try");
    const isKept = (await db.get("facts", "try")) === "kept";
    await db.delete("facts", "try");
    return isKept;
  } catch {
    return false;
  }
}

export async function keepSitting(db: SeatDb, sitting: KeptSitting): Promise<void> {
  await db.put("facts", sitting, "sitting");
}

export async function forgetSitting(db: SeatDb): Promise<void> {
  await db.delete("facts", "sitting");
}

export function outboxStore(db: SeatDb, sitting: string): OutboxStore {
  const range = (upTo: number) => IDBKeyRange.bound([sitting, 0], [sitting, upTo]);
  return {
    async all() {
      const rows = await db.getAll("events", range(Number.MAX_SAFE_INTEGER));
      return rows.map(({ sitting: _, ...event }) => event);
    },
    async put(event) {
      const transaction = db.transaction("events", "readwrite", { durability: "strict" });
      await Promise.all([transaction.store.put({ ...event, sitting }), transaction.done]);
    },
    async remove(upTo) {
      await db.delete("events", range(upTo));
    },
  };
}
