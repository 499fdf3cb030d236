// The seat: signs in, keeps the line, follows the server's clock and what it tells.

import { flushDrafts } from "../lib/fields/drafts";
import { Line, type Reply, roomIn } from "../lib/live";
import { type Answer, applied, type EventKind, isOvertaken } from "../lib/outbox";
import * as keep from "../lib/store";
import { endedWith, showEnded } from "./ended";
import { HandIn } from "./handing_in";
import { Papers } from "./papers";
import { Sender } from "./sender";
import * as state from "./state";
import { takeViewOf } from "./view";
import { type MinutesTold, timeNotice } from "./warnings";

const FETCH_EVERY_MS = 30_000;
const RETRY_MS = 2_000;
const TICK_MS = 250;
const NOTICE_SHOWN_MS = 20_000;

type ClockTold = Partial<state.SittingState> & MinutesTold;

export class Seat {
  private line: Line | null = null;
  private token = "";
  private readonly papers = new Papers();
  private readonly sender: Sender;
  readonly handIn: HandIn;

  constructor(private readonly db: keep.SeatDb) {
    this.sender = new Sender(
      db,
      () => this.line,
      (why) => (why === "moved" ? this.moved() : void this.refresh()),
    );
    this.handIn = new HandIn(
      this.sender,
      () => this.line,
      () => this.refresh(),
    );
    setInterval(() => {
      state.tickMs.value = Date.now();
    }, TICK_MS);
    setInterval(() => this.refresh(), FETCH_EVERY_MS);
    setInterval(() => this.goOn(), RETRY_MS);
  }

  /** Go on with the sitting this computer holds, or with the receipt it still shows. */
  async resume(): Promise<boolean> {
    const kept = await keep.keptSitting(this.db);
    if (kept) {
      state.isResuming.value = true;
      this.connect(kept);
      return true;
    }
    return showEnded(await keep.keptReceipt(this.db));
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
    const kept = {
      sitting: (reply.sitting as { id: string }).id,
      token: String(reply.token),
      live_url: String(reply.live_url ?? ""),
    };
    await keep.keepSitting(this.db, kept);
    await keep.forgetReceipt(this.db);
    state.isResuming.value = true;
    this.connect(kept);
    return reply;
  }

  /** Leave this computer to somebody else: nothing of a sitting stays in hand. */
  async leave(): Promise<void> {
    await keep.forgetSitting(this.db);
    await keep.forgetReceipt(this.db);
    location.reload();
  }

  private connect({ token, live_url = "" }: keep.KeptSitting): void {
    this.token = token;
    this.line?.close();
    const line = new Line("/sitting", { token }, roomIn(live_url));
    this.line = line;
    line.on<state.SittingState>("sitting_state", (told) => this.take(told));
    line.on<{ key: string }>("form_key", ({ key }) => this.papers.open(key));
    line.on<ClockTold>("clock_changed", (told) => this.takeClock(told));
    line.on<state.ProctorMessage>("message_sent", (message) => {
      if (!state.messages.value.some((known) => known.id === message.id))
        state.messages.value = [...state.messages.value, message];
    });
    line.on("call_answered", () => {
      state.isCalled.value = false;
    });
    line.on("sitting_closed", () => this.refresh());
    line.on("lease_ended", () => this.moved());
    line.on("line_replaced", () => {
      flushDrafts();
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

  /** Take the sitting back from another window of this computer. */
  takeBack(): void {
    state.isReplaced.value = false;
    location.reload();
  }

  private refused(code: string): void {
    if (code !== "bad_token") return;
    this.line?.close();
    if (state.sitting.value) state.isMoved.value = true;
    else void keep.forgetSitting(this.db).then(() => location.reload());
  }

  private moved(): void {
    flushDrafts();
    state.isMoved.value = true;
    void this.passOn();
  }

  /** What this computer still holds goes to the proctor; then it lets go of the sitting. */
  private async passOn(): Promise<void> {
    const kept = await keep.keptSitting(this.db);
    if (!kept || !this.line?.isUp) return;
    await this.sender.open(kept.sitting, 0);
    await this.sender.send();
    if (this.sender.pending > 0) return;
    this.line.close();
    await keep.forgetSitting(this.db);
  }

  private async take(told: state.SittingState, ackedAtAsking = 0): Promise<void> {
    state.offsetMs.value = Date.parse(told.now) - Date.now();
    const outbox = await this.sender.open(told.sitting_id, told.acked_seq);
    await outbox.acknowledge(told.acked_seq);
    takeViewOf(told.sitting_id, told.large_text);
    if (!isOvertaken(told.acked_seq, ackedAtAsking, outbox.acked)) {
      const standing = applied(told.answers, told.flagged, outbox.pending);
      state.answers.value = standing.answers;
      state.flagged.value = standing.flagged;
    }
    state.sitting.value = told;
    state.isCalled.value = told.called;
    state.isResuming.value = false;
    state.pendingCount.value = outbox.pending.length;
    this.showClock(told.clock_number);
    if (told.receipt) return this.finish(told);
    if (told.form) void this.papers.fetch(told.form, this.token);
    if (told.key) void this.papers.open(told.key);
    void this.goOn();
  }

  private takeClock(told: ClockTold): void {
    const known = state.sitting.value;
    if (!known || told.clock_number === undefined) return;
    if (told.clock_number > known.clock_number + 1) void this.refresh();
    if (told.clock_number <= known.clock_number) return;
    state.offsetMs.value = Date.parse(told.now ?? known.now) - Date.now();
    state.sitting.value = { ...known, ...told };
    const notice = timeNotice(told);
    if (notice) this.showNotice(notice);
    this.showClock(told.clock_number);
    void this.goOn();
  }

  /** Say for a while what was done to the time; a later notice keeps its own while. */
  private showNotice(notice: state.TimeNotice): void {
    state.timeNotice.value = notice;
    setTimeout(() => {
      if (state.timeNotice.value === notice) state.timeNotice.value = null;
    }, NOTICE_SHOWN_MS);
  }

  private showClock(clockNumber: number): void {
    void this.line?.ask("ack_clock", { clock_number: clockNumber }).catch(() => undefined);
  }

  async refresh(): Promise<void> {
    if (!this.line?.isUp) return;
    const { acked } = this.sender;
    try {
      const reply = await this.line.ask("fetch_state");
      if (reply.ok) await this.take(reply as unknown as state.SittingState, acked);
      else if (reply.code === "lease_ended") this.moved();
    } catch {
      // no reply: the next turn asks again
    }
  }

  /** Send what waits; hand in when that was waited for; ask for the receipt when time is over. */
  private async goOn(): Promise<void> {
    if (state.isMoved.value) return this.passOn();
    await this.sender.send();
    await this.handIn.goOn();
    if (state.isTimeOver.value) await this.refresh();
  }

  async step(name: "confirm_identity" | "accept_pledge" | "end_break"): Promise<Reply | null> {
    const reply = (await this.line?.ask(name).catch(() => null)) ?? null;
    if (reply?.ok) await this.take(reply as unknown as state.SittingState);
    return reply;
  }

  change(kind: EventKind, position: number, answer: Answer = null): Promise<void> {
    return this.sender.change(kind, position, answer);
  }

  async understood(id: string): Promise<void> {
    state.messages.value = state.messages.value.filter((message) => message.id !== id);
    await this.line?.ask("ack_message", { id }).catch(() => undefined);
  }

  /** Raise the hand, with a reason or none; false when the call did not get through. */
  async callProctor(text = "", kind?: "break"): Promise<boolean> {
    const reply = await this.line?.ask("call_proctor", { text, kind }).catch(() => null);
    if (reply?.ok) state.isCalled.value = true;
    return reply?.ok ?? false;
  }

  report(kind: string): void {
    void this.line?.ask("report_signal", { kind }).catch(() => undefined);
  }

  /** The candidate's portrait as a data address; nothing when there is none. */
  async photo(): Promise<string | null> {
    const headers = { Authorization: `Bearer ${this.token}` };
    const response = await fetch("/api/sittings/photo", { headers }).catch(() => null);
    if (!response?.ok) return null;
    const body = await response.blob();
    return new Promise((resolve) => {
      const reader = new FileReader();
      reader.onload = () => resolve(String(reader.result));
      reader.onerror = () => resolve(null);
      reader.readAsDataURL(body);
    });
  }

  canKeep(): Promise<boolean> {
    return keep.canKeep(this.db);
  }

  /** The sitting is over: late work goes out, then key, paper and token leave this computer. */
  private async finish(told: state.SittingState): Promise<void> {
    flushDrafts();
    const ended = endedWith(told);
    this.papers.wipe();
    await this.sender.send();
    ended.late = state.lateCount.value;
    state.ended.value = { ...ended };
    if (this.sender.pending > 0) return;
    await keep.keepReceipt(this.db, ended);
    await keep.forgetSitting(this.db);
  }
}
