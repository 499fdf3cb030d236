// The seat: signs in, keeps the line, stores and sends changes, follows the server's clock.

import { Line, type Reply } from "../lib/live";
import { type Answer, applied, type EventKind, Outbox } from "../lib/outbox";
import { hashOf, unseal } from "../lib/sealed";
import * as keep from "../lib/store";
import * as state from "./state";

const FETCH_EVERY_MS = 30_000;
const RETRY_MS = 2_000;

export class Seat {
  private line: Line | null = null;
  private outbox: Outbox | null = null;
  private sealed: Uint8Array | null = null;
  private key: string | null = null;
  private token = "";
  private isSending = false;

  constructor(private readonly db: keep.SeatDb) {
    setInterval(() => {
      state.tickMs.value = Date.now();
    }, 250);
    setInterval(() => this.refresh(), FETCH_EVERY_MS);
    setInterval(() => this.send(), RETRY_MS);
  }

  /** Go on with the sitting this computer holds; false when there is none. */
  async resume(): Promise<boolean> {
    const kept = await keep.keptSitting(this.db);
    if (!kept) return false;
    this.connect(kept.token);
    return true;
  }

  async signIn(ticket: string, code: string): Promise<Reply> {
    const device = await keep.deviceSecret(this.db);
    const response = await fetch("/api/sittings/login", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ ticket, code, device }),
    });
    const reply = (await response.json()) as Reply;
    if (!reply.ok) return reply;
    const token = String(reply.token);
    await keep.keepSitting(this.db, {
      sitting: (reply.sitting as { id: string }).id,
      token,
    });
    this.connect(token);
    return reply;
  }

  private connect(token: string): void {
    this.token = token;
    this.line?.close();
    const line = new Line("/sitting", { token });
    this.line = line;
    line.on<state.SittingState>("sitting_state", (told) => this.take(told));
    line.on<{ key: string }>("form_key", ({ key }) => this.open(key));
    line.on<Partial<state.SittingState> & { reason: string; minutes_added?: string }>(
      "clock_changed",
      (told) => this.takeClock(told),
    );
    line.on<state.ProctorMessage>("message_sent", (message) => {
      if (!state.messages.value.some((known) => known.id === message.id))
        state.messages.value = [...state.messages.value, message];
    });
    line.on("call_answered", () => {
      state.isCalled.value = false;
    });
    line.on<{ receipt: state.Receipt | null }>("sitting_closed", () => this.refresh());
    line.on("lease_ended", () => this.moved());
    line.on("line_replaced", () => {
      state.isReplaced.value = true;
      line.close();
    });
    line.socket.on("connect", () => {
      state.isUp.value = true;
    });
    line.socket.on("disconnect", () => {
      state.isUp.value = false;
      state.wasDown.value = true;
    });
    line.socket.on("connect_error", (error) => this.refused(error.message));
  }

  private refused(code: string): void {
    if (code === "bad_token") {
      this.line?.close();
      if (state.sitting.value) this.moved();
      else void keep.forgetSitting(this.db).then(() => location.reload());
    }
  }

  private moved(): void {
    state.isMoved.value = true;
    this.line?.close();
    void keep.forgetSitting(this.db);
  }

  private async take(told: state.SittingState): Promise<void> {
    state.offsetMs.value = Date.parse(told.now) - Date.now();
    if (!this.outbox) {
      this.outbox = new Outbox(keep.outboxStore(this.db, told.sitting_id));
      await this.outbox.open(told.acked_seq);
    } else await this.outbox.acknowledge(told.acked_seq);
    const standing = applied(told.answers, told.flagged, this.outbox.pending);
    state.answers.value = standing.answers;
    state.flagged.value = standing.flagged;
    state.sitting.value = told;
    state.pendingCount.value = this.outbox.pending.length;
    this.showClock(told.clock_number);
    if (told.form && !this.sealed && !told.receipt) void this.fetchForm(told.form);
    if (told.key) void this.open(told.key);
    if (told.receipt) void this.finish();
    else void this.send();
  }

  private takeClock(
    told: Partial<state.SittingState> & { reason: string; minutes_added?: string },
  ): void {
    const known = state.sitting.value;
    if (!known || told.clock_number === undefined) return;
    if (told.clock_number > known.clock_number + 1) void this.refresh();
    if (told.clock_number <= known.clock_number) return;
    state.offsetMs.value = Date.parse(told.now ?? known.now) - Date.now();
    state.sitting.value = { ...known, ...told };
    if (told.minutes_added) {
      state.addedMinutes.value = told.minutes_added;
      setTimeout(() => {
        state.addedMinutes.value = null;
      }, 20_000);
    }
    this.showClock(told.clock_number);
    void this.send();
  }

  private showClock(clockNumber: number): void {
    void this.line?.ask("ack_clock", { clock_number: clockNumber }).catch(() => undefined);
  }

  async refresh(): Promise<void> {
    if (!this.line?.isUp) return;
    try {
      const reply = await this.line.ask("fetch_state");
      if (reply.ok) await this.take(reply as unknown as state.SittingState);
      else if (reply.code === "lease_ended") this.moved();
    } catch {
      // no reply: the next turn asks again
    }
  }

  private async fetchForm(form: NonNullable<state.SittingState["form"]>): Promise<void> {
    const headers = { Authorization: `Bearer ${this.token}` };
    try {
      const response = await fetch(form.url, { headers });
      if (!response.ok) throw new Error(String(response.status));
      const sealed = new Uint8Array(await response.arrayBuffer());
      if (hashOf(sealed) !== form.sha256) throw new Error("hash");
      this.sealed = sealed;
      state.hasSealed.value = true;
      if (this.key) await this.open(this.key);
    } catch {
      setTimeout(() => void this.fetchForm(form), RETRY_MS);
    }
  }

  private async open(key: string): Promise<void> {
    this.key = key;
    const form = state.sitting.value?.form;
    if (!this.sealed || !form || state.paper.value) return;
    try {
      const body = await unseal(this.sealed, key, {
        exam_session: form.exam_session,
        form: form.id,
      });
      state.paper.value = body;
    } catch {
      state.isBroken.value = true;
    }
  }

  async step(name: "confirm_identity" | "accept_pledge"): Promise<Reply | null> {
    const reply = (await this.line?.ask(name).catch(() => null)) ?? null;
    if (reply?.ok) await this.take(reply as unknown as state.SittingState);
    return reply;
  }

  /** Note a change: shown at once, on disk before it is sent. */
  async change(kind: EventKind, position: number, answer: Answer = null): Promise<void> {
    if (!this.outbox || state.isMoved.value || state.isReplaced.value) return;
    const flags = new Set(state.flagged.value);
    if (kind === "answer") state.answers.value = { ...state.answers.value, [position]: answer };
    if (kind === "flagged") flags.add(position);
    if (kind === "unflagged") flags.delete(position);
    state.flagged.value = flags;
    const at = new Date(Date.now() + state.offsetMs.value).toISOString();
    const stored = this.outbox.add({ kind, position, answer, at });
    state.pendingCount.value = this.outbox.pending.length;
    await stored;
    void this.send();
  }

  async send(): Promise<void> {
    const { outbox, line } = this;
    if (!outbox || !line?.isUp || this.isSending || outbox.pending.length === 0) return;
    this.isSending = true;
    try {
      await outbox.settled();
      while (outbox.pending.length > 0 && line.isUp) {
        const name = state.sitting.value?.receipt ? "send_late_work" : "save_answers";
        const reply = await line.ask(name, { events: outbox.nextMessage() });
        if (!(await this.taken(outbox, reply, name))) break;
      }
    } catch {
      // no reply: everything is still here and goes again
    } finally {
      this.isSending = false;
      state.pendingCount.value = outbox.pending.length;
      if (outbox.pending.length === 0) state.wasDown.value = false;
    }
  }

  private async taken(outbox: Outbox, reply: Reply, name: string): Promise<boolean> {
    if (typeof reply.acked_seq === "number") await outbox.acknowledge(reply.acked_seq);
    state.pendingCount.value = outbox.pending.length;
    if (name === "send_late_work" && reply.ok) {
      state.lateCount.value += Number(reply.kept ?? 0);
      await outbox.acknowledge(outbox.last);
      return true;
    }
    if (reply.ok) return true;
    if (reply.code === "lease_ended") this.moved();
    if (reply.code === "sitting_closed" || reply.code === "time_over") void this.refresh();
    return false;
  }

  async handIn(): Promise<void> {
    const { outbox, line } = this;
    if (!outbox || !line) return;
    await this.send();
    try {
      const reply = await line.ask("hand_in", { last_seq: outbox.last });
      state.handInProblem.value = reply.ok ? null : (reply.message ?? reply.code ?? "");
      if (reply.ok) await this.refresh();
    } catch {
      state.handInProblem.value = "…";
    }
  }

  async understood(id: string): Promise<void> {
    state.messages.value = state.messages.value.filter((message) => message.id !== id);
    await this.line?.ask("ack_message", { id }).catch(() => undefined);
  }

  async callProctor(): Promise<void> {
    const reply = await this.line?.ask("call_proctor", {}).catch(() => null);
    if (reply?.ok) state.isCalled.value = true;
  }

  report(kind: string): void {
    void this.line?.ask("report_signal", { kind }).catch(() => undefined);
  }

  /** The sitting is over: late work goes out, then key, paper and token leave this computer. */
  private async finish(): Promise<void> {
    this.key = null;
    this.sealed = null;
    state.paper.value = null;
    await this.send();
    if (!this.outbox?.pending.length) await keep.forgetSitting(this.db);
  }
}
