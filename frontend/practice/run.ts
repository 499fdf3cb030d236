// A run of practice as this computer keeps it: the token, and the answers the server has not
// acknowledged yet. They are sent again after a reload, a lost line or a restart of the server.
import { signal } from "@preact/signals";
import { LINE_LOST, type Answer as Reply } from "../lib/http";
import type { Answer } from "../lib/outbox";
import type { Reviewed, State } from "./types";
import { noted, readUnsent, settled, type Unsent } from "./unsent";

const TOKEN = "practice-token";
const TICKET = "practice-ticket";
const UNSENT = "practice-unsent";
const SEEN = "practice-seen";
const AGAIN_MS = 2000;
const IDLE_MS = 400; // so long a text rests before it is sent

export const run = signal<State | null>(null);
export const isSignedIn = signal(localStorage.getItem(TOKEN) !== null);
export const line = signal<"saved" | "saving" | "lineLost">("saved");
export const problem = signal("");
export const wasTakenOver = signal(false);
/** Up to which question the trainee has gone on from its review. */
export const seen = signal(Number(localStorage.getItem(SEEN) ?? 0));
let unsent: Unsent[] = readUnsent(localStorage.getItem(UNSENT));
let sending: Promise<void> | null = null;
let waiting = 0;

function keep(next: Unsent[]): void {
  unsent = next;
  localStorage.setItem(UNSENT, JSON.stringify(next));
}

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
  const written = ticket.replace(/\s/g, "").toUpperCase();
  if (localStorage.getItem(TICKET) !== written) forget(); // another's answers are none of this run
  localStorage.setItem(TICKET, written);
  localStorage.setItem(TOKEN, String(reply.token));
  wasTakenOver.value = false;
  isSignedIn.value = true;
  await resume();
}

/** Send what was not acknowledged, then show where the run stands. */
export async function resume(): Promise<void> {
  await sendAll();
  if (isSignedIn.value) show(await askUntilHeard("/api/practice"));
}

/** Keep an answer on this computer and send it: at once, or when no other follows it. */
export async function give(number: number, answer: Answer, isAtOnce = true): Promise<void> {
  keep(noted(unsent, number, answer, run.value?.seq ?? 0));
  const state = run.value;
  if (state?.answers) {
    const answers = { ...state.answers, [number]: answer };
    const answered = Object.values(answers).filter((each) => each !== null).length;
    run.value = { ...state, answers, answered };
  }
  line.value = "saving";
  clearTimeout(waiting);
  if (isAtOnce) return sendAll();
  waiting = window.setTimeout(() => void sendAll(), IDLE_MS);
}

/** Hand the paper in, once every answer has been acknowledged. */
export async function handIn(): Promise<void> {
  await sendAll();
  if (!isSignedIn.value) return;
  line.value = "saving";
  show(await askUntilHeard("/api/practice/hand-in", {}));
}

export async function fetchReview(): Promise<Reviewed[]> {
  const reply = await askUntilHeard("/api/practice/review");
  line.value = "saved";
  return reply.ok ? (reply.entries as Reviewed[]) : [];
}

export function goOn(number: number): void {
  seen.value = number;
  localStorage.setItem(SEEN, String(number));
}

/** Send what is kept, one after the other, whatever comes meanwhile too. */
function sendAll(): Promise<void> {
  clearTimeout(waiting);
  sending ??= sendInTurn().finally(() => {
    sending = null;
  });
  return sending;
}

async function sendInTurn(): Promise<void> {
  for (let next = unsent[0]; next && isSignedIn.value; next = unsent[0]) {
    line.value = "saving";
    const reply = await askUntilHeard("/api/practice/answers", next);
    if (reply.code === "bad_token") return show(reply); // kept for the next sign-in
    keep(settled(unsent, next));
    if (reply.ok) take(reply);
    else {
      // What cannot be is told; else another window was quicker: the server says where it stands.
      problem.value = reply.message ?? "";
      show(await askUntilHeard("/api/practice"));
    }
  }
  if (line.value === "saving") line.value = "saved";
}

/** Take up the reply to an answer: a whole state, or what is shown of one question of a paper. */
function take(reply: Reply): void {
  const state = run.value;
  if (reply.status !== undefined) show(reply);
  else if (state && reply.reviewed) {
    const others = (state.reviewed ?? []).filter((each) => each.number !== reply.number);
    run.value = { ...state, reviewed: [...others, ...(reply.reviewed as Reviewed[])] };
  }
}

function show(reply: Reply): void {
  line.value = "saved";
  if (reply.code === "bad_token") {
    wasTakenOver.value = true;
    localStorage.removeItem(TOKEN);
    run.value = null;
    isSignedIn.value = false;
  } else if (reply.ok) {
    const state = reply as unknown as State;
    for (const each of unsent) if (state.answers) state.answers[each.number] = each.answer;
    run.value = state;
  } else problem.value = reply.message ?? "";
}

function forget(): void {
  for (const name of [TOKEN, TICKET, SEEN]) localStorage.removeItem(name);
  keep([]);
  seen.value = 0;
}

export function leave(): void {
  forget();
  run.value = null;
  isSignedIn.value = false;
}
