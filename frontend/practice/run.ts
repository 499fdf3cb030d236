// A run of practice as this computer keeps it: the token, and the answer the server has not
// acknowledged yet. It is sent again after a reload, a lost line or a restart of the server.
import { signal } from "@preact/signals";
import { LINE_LOST, type Answer as Reply } from "../lib/http";
import type { Answer } from "../lib/outbox";
import type { FormItem } from "../lib/sealed";

export interface RangeResult {
  area: string;
  name: string;
  n_given: number;
  n_right: number;
  verdict: "weak" | "strong" | "usual" | "few";
}

export interface Result {
  right: number;
  of: number;
  share: number;
  low: number;
  high: number;
  cut: number;
  verdict: "above" | "below" | "open";
  ranges: RangeResult[];
}

export interface State {
  status: "running" | "over";
  title: string;
  language: string;
  answered: number;
  most: number;
  may_end_earlier: boolean;
  number?: number;
  item?: FormItem;
  result?: Result;
}

const TOKEN = "practice-token";
const UNSENT = "practice-unsent";
const AGAIN_MS = 2000;
const SETTLED = new Set(["practice_step_answered", "practice_over", "practice_step_unknown"]);

export const run = signal<State | null>(null);
export const isSignedIn = signal(localStorage.getItem(TOKEN) !== null);
export const line = signal<"saved" | "saving" | "lineLost">("saved");
export const problem = signal("");
export const wasTakenOver = signal(false);

async function ask(address: string, body?: unknown): Promise<Reply> {
  try {
    const response = await fetch(address, {
      method: body === undefined ? "GET" : "POST",
      headers: {
        Accept: "application/json",
        "Content-Type": "application/json",
        Authorization: `Bearer ${localStorage.getItem(TOKEN) ?? ""}`,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (response.status >= 500) return { ok: false, code: LINE_LOST };
    return (await response.json()) as Reply;
  } catch {
    return { ok: false, code: LINE_LOST };
  }
}

/** Ask until the server has answered: a lost line only delays. */
async function askUntilHeard(address: string, body?: unknown): Promise<Reply> {
  for (;;) {
    const reply = await ask(address, body);
    if (reply.code !== LINE_LOST) return reply;
    line.value = "lineLost";
    await new Promise((done) => setTimeout(done, AGAIN_MS));
  }
}

export async function signIn(ticket: string, code: string): Promise<void> {
  const reply = await ask("/api/practice/login", { ticket, code });
  problem.value = reply.ok ? "" : (reply.message ?? "");
  if (reply.code === LINE_LOST) line.value = "lineLost";
  if (!reply.ok) return;
  localStorage.setItem(TOKEN, String(reply.token));
  localStorage.removeItem(UNSENT);
  wasTakenOver.value = false;
  isSignedIn.value = true;
  await resume();
}

/** Send what was not acknowledged, then show where the run stands. */
export async function resume(): Promise<void> {
  const kept = localStorage.getItem(UNSENT);
  if (kept !== null) return send(JSON.parse(kept));
  show(await askUntilHeard("/api/practice"));
}

export async function give(number: number, answer: Answer): Promise<void> {
  const unsent = { number, answer };
  localStorage.setItem(UNSENT, JSON.stringify(unsent));
  await send(unsent);
}

async function send(unsent: { number: number; answer: Answer }): Promise<void> {
  line.value = "saving";
  const reply = await askUntilHeard("/api/practice/answers", unsent);
  localStorage.removeItem(UNSENT);
  if (reply.ok) return show(reply);
  problem.value = reply.message ?? "";
  // Another window was quicker, or the answer cannot be: the server says where the run stands.
  if (SETTLED.has(reply.code ?? "") || reply.problems === undefined)
    show(await askUntilHeard("/api/practice"));
  line.value = "saved";
}

function show(reply: Reply): void {
  line.value = "saved";
  if (reply.code === "bad_token") {
    wasTakenOver.value = true;
    leave();
  } else if (reply.ok) run.value = reply as unknown as State;
  else problem.value = reply.message ?? "";
}

export function leave(): void {
  localStorage.removeItem(TOKEN);
  localStorage.removeItem(UNSENT);
  run.value = null;
  isSignedIn.value = false;
}
