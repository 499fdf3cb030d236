// What a seat keeps on this computer: its device's secret, the sitting in hand with all it needs
// to go on without a line, and the outbox.
import type { KeptClock } from "./clock";
import type { Drawer } from "./drawer";
import type { OutboxStore } from "./outbox";

export interface KeptSitting {
  sitting: string;
  token: string;
  live_url?: string;
  /** Seals answer files; belongs to this lease. */
  fileKey?: string;
  lease?: number;
  ticket?: string;
  /** The sitting has moved to another computer: what is here is only passed on. */
  isMoved?: boolean;
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

/** A sealed form by its hash. */
export interface KeptPaper {
  sha256: string;
  sealed: Uint8Array;
}

const CLOCK = "exam-seat-clock";
const OF_PAPER = ["paper", "key"];
const HAND_IN = "hand_in";
const OF_SITTING = ["sitting", "state", "acked", HAND_IN, ...OF_PAPER];

/** The secret that binds a sitting to this computer; made once. */
export async function deviceSecret(drawer: Drawer): Promise<string> {
  const kept = await drawer.get("device");
  if (typeof kept === "string") return kept;
  const bytes = crypto.getRandomValues(new Uint8Array(24));
  const secret = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  await drawer.put("device", secret);
  return secret;
}

function facts<T>(kept: unknown, name: string): T | null {
  return typeof kept === "object" && kept !== null && name in kept ? (kept as T) : null;
}

export async function keptSitting(drawer: Drawer): Promise<KeptSitting | null> {
  return facts<KeptSitting>(await drawer.get("sitting"), "token");
}

export async function keepSitting(drawer: Drawer, sitting: KeptSitting): Promise<void> {
  await drawer.put("sitting", sitting);
}

/** Add to what is kept of the sitting in hand; nothing when there is none. */
export async function noteSitting(drawer: Drawer, more: Partial<KeptSitting>): Promise<void> {
  const kept = await keptSitting(drawer);
  if (kept) await keepSitting(drawer, { ...kept, ...more });
}

/** Let go of the sitting: token, key, paper and state leave this computer. */
export async function forgetSitting(drawer: Drawer): Promise<void> {
  await drawer.drop(...OF_SITTING);
  forgetClock();
}

export async function keptReceipt(drawer: Drawer): Promise<KeptReceipt | null> {
  return facts<KeptReceipt>(await drawer.get("receipt"), "receipt");
}

export async function keepReceipt(drawer: Drawer, receipt: KeptReceipt): Promise<void> {
  await drawer.put("receipt", receipt);
}

export async function forgetReceipt(drawer: Drawer): Promise<void> {
  await drawer.drop("receipt");
}

/** Keep the state the server told. Events it holds are let go of only when that has been written:
 * together they are always everything that stands at this seat. */
export async function keepState<T extends { sitting_id: string; acked_seq: number }>(
  drawer: Drawer,
  told: T,
): Promise<void> {
  await drawer.put("state", told);
  await drawer.dropEvents(told.sitting_id, told.acked_seq);
}

export async function keptState<T>(drawer: Drawer, sitting: string): Promise<T | null> {
  const kept = await drawer.get("state");
  return facts<{ sitting_id: string }>(kept, "sitting_id")?.sitting_id === sitting
    ? (kept as T)
    : null;
}

export async function keptPaper(drawer: Drawer, sha256: string): Promise<Uint8Array | null> {
  const kept = facts<KeptPaper>(await drawer.get("paper"), "sealed");
  return kept?.sha256 === sha256 ? kept.sealed : null;
}

export async function keepPaper(drawer: Drawer, paper: KeptPaper): Promise<void> {
  await drawer.put("paper", paper);
}

export async function keptKey(drawer: Drawer): Promise<string | null> {
  const kept = await drawer.get("key");
  return typeof kept === "string" ? kept : null;
}

export async function keepKey(drawer: Drawer, key: string): Promise<void> {
  await drawer.put("key", key);
}

export async function forgetPaper(drawer: Drawer): Promise<void> {
  await drawer.drop(...OF_PAPER);
}

/** Up to which number this computer has heard an acknowledgement. */
export async function keptAcked(drawer: Drawer, sitting: string): Promise<number> {
  const kept = facts<{ sitting: string; seq: number }>(await drawer.get("acked"), "seq");
  return kept?.sitting === sitting ? kept.seq : 0;
}

/** The candidate has confirmed the hand-in: it is asked for when everything has arrived, after a
 * reload too, unless it is taken back. */
export async function keepHandIn(drawer: Drawer, sitting: string): Promise<void> {
  await drawer.put(HAND_IN, { sitting });
}

export async function isHandInKept(drawer: Drawer, sitting: string): Promise<boolean> {
  return facts<{ sitting: string }>(await drawer.get(HAND_IN), "sitting")?.sitting === sitting;
}

export async function forgetHandIn(drawer: Drawer): Promise<void> {
  await drawer.drop(HAND_IN);
}

/** The clock is kept every few seconds and on leaving, so it must be written at once. */
export function keepClock(clock: KeptClock): void {
  try {
    localStorage.setItem(CLOCK, JSON.stringify(clock));
  } catch {
    // without it the time is uncertain after a reload, and says so
  }
}

export function keptClock(): KeptClock | null {
  try {
    const kept = JSON.parse(localStorage.getItem(CLOCK) ?? "null") as Partial<KeptClock> | null;
    const isWhole = Number.isFinite(kept?.serverMs) && Number.isFinite(kept?.wallMs);
    return isWhole ? (kept as KeptClock) : null;
  } catch {
    return null;
  }
}

function forgetClock(): void {
  try {
    localStorage.removeItem(CLOCK);
  } catch {
    // nothing was kept
  }
}

export function outboxStore(drawer: Drawer, sitting: string): OutboxStore {
  return {
    all: () => drawer.events(sitting),
    put: (event) => drawer.addEvent(sitting, event),
    settle: (seq) => drawer.put("acked", { sitting, seq }),
  };
}
