// The seat: signs in, keeps the line, follows the server's clock and what it tells.

import { canKeep, type Drawer } from "../lib/drawer";
import { flushDrafts } from "../lib/fields/drafts";
import { Line, type Reply, roomIn } from "../lib/live";
import { type Answer, applied, type EventKind, isOvertaken } from "../lib/outbox";
import * as keep from "../lib/store";
import * as adaptive from "./adaptive";
import { showItem } from "./adaptive_item";
import { endedWith, showEnded } from "./ended";
import { HandIn } from "./handing_in";
import { callProctor, hearProctor, understood, watchLine } from "./hearing";
import { Keeper, takeKeptFileKey } from "./keeper";
import { showKept } from "./kept";
import { Papers } from "./papers";
import { portraitOf } from "./portrait";
import { showBrowser } from "./safe_browser";
import { type Ended, Sender } from "./sender";
import { ClockWatch } from "./signals";
import * as state from "./state";
import * as time from "./time";
import { takeViewOf } from "./view";
import { type MinutesTold, timeNotice } from "./warnings";

const FETCH_EVERY_MS = 30_000;
const RETRY_MS = 2_000;
const TICK_MS = 250;
const KEEP_CLOCK_MS = 5_000;
const NOTICE_SHOWN_MS = 20_000;
/** So long the server is waited for before what is kept here is shown. */
const SERVER_FIRST_MS = 2_500;

type ClockTold = Partial<state.SittingState> & MinutesTold;

export class Seat {
  private line: Line | null = null;
  private token = "";
  private readonly papers: Papers;
  private readonly keeper: Keeper;
  private readonly sender: Sender;
  private readonly clock = new ClockWatch((kind, detail) => this.report(kind, detail));
  readonly handIn: HandIn;

  constructor(private readonly drawer: Drawer) {
    this.papers = new Papers(drawer);
    this.keeper = new Keeper(drawer);
    this.sender = new Sender(
      drawer,
      () => this.line,
      (why) => this.endWork(why),
    );
    this.handIn = new HandIn(
      drawer,
      this.sender,
      () => this.line,
      () => this.refresh(),
    );
    setInterval(() => {
      if (time.tick()) void this.refresh();
    }, TICK_MS);
    setInterval(() => state.sitting.value && time.keep(), KEEP_CLOCK_MS);
    addEventListener("pagehide", () => state.sitting.value && time.keep());
    setInterval(() => this.refresh(), FETCH_EVERY_MS);
    setInterval(() => this.goOn(), RETRY_MS);
  }

  /** Go on with the sitting this computer holds, or with the receipt it still shows. */
  async resume(): Promise<boolean> {
    const kept = await keep.keptSitting(this.drawer);
    if (!kept) return showEnded(await keep.keptReceipt(this.drawer));
    state.isResuming.value = true;
    takeKeptFileKey(kept);
    await this.handIn.takeKept(kept.sitting);
    this.connect(kept);
    setTimeout(() => void this.showKept(), SERVER_FIRST_MS);
    return true;
  }

  private showKept(): Promise<void> {
    const { drawer, keeper, papers, sender } = this;
    return showKept({ drawer, keeper, papers, sender });
  }

  async signIn(ticket: string, code: string): Promise<Reply> {
    const device = await keep.deviceSecret(this.drawer);
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
    await keep.forgetSitting(this.drawer);
    await keep.keepSitting(this.drawer, kept);
    await keep.forgetReceipt(this.drawer);
    state.isResuming.value = true;
    this.connect(kept);
    return reply;
  }

  /** Leave this computer to somebody else: nothing of a sitting stays in hand. */
  async leave(): Promise<void> {
    await this.keeper.stop();
    await keep.forgetSitting(this.drawer);
    await keep.forgetReceipt(this.drawer);
    location.reload();
  }

  private connect({ token, live_url = "" }: keep.KeptSitting): void {
    this.token = token;
    this.line?.close();
    const line = new Line("/sitting", { token }, roomIn(live_url));
    this.line = line;
    line.on<state.SittingState>("sitting_state", (told) => this.take(told));
    line.on<{ key: string }>("form_key", ({ key }) => this.papers.open(key));
    line.on<adaptive.AdaptiveTold>("item_given", (told) => this.takeItem(told));
    line.on<ClockTold>("clock_changed", (told) => this.takeClock(told));
    line.on("sitting_closed", () => this.refresh());
    line.on("lease_ended", () => this.moved());
    line.on("line_replaced", () => void this.giveWay());
    line.socket.on("connect_error", (error) => this.refused(error.message));
    hearProctor(line, () => void this.refresh());
    watchLine(line);
  }

  /** Another window of this computer goes on: what is typed is written, nothing more is. */
  async giveWay(): Promise<void> {
    flushDrafts();
    state.isReplaced.value = true;
    this.line?.close();
    await this.sender.kept();
  }

  private endWork(why: Ended): void {
    if (why === "moved") this.moved();
    else if (why === "replaced") void this.giveWay();
    else void this.refresh();
  }

  private refused(code: string): void {
    if (code !== "bad_token") return void this.showKept();
    this.line?.close();
    if (state.sitting.value) {
      state.isMoved.value = true;
      void this.wipe();
    } else void keep.forgetSitting(this.drawer).then(() => location.reload());
  }

  private moved(): void {
    flushDrafts();
    state.isMoved.value = true;
    void this.wipe();
    void keep.noteSitting(this.drawer, { isMoved: true }).then(() => this.passOn());
  }

  /** What this computer still holds goes to the proctor; then it lets go of the sitting. */
  private async passOn(): Promise<void> {
    const kept = await keep.keptSitting(this.drawer);
    if (!kept || !this.line?.isUp) return;
    await this.sender.open(kept.sitting, await keep.keptAcked(this.drawer, kept.sitting));
    await this.sender.send();
    if (this.sender.pending > 0) return;
    this.line.close();
    await this.letGo(kept.sitting);
  }

  /** Everything of the sitting has arrived: nothing of it stays on this computer. */
  private async letGo(sitting: string): Promise<void> {
    await this.keeper.stop();
    await keep.forgetSitting(this.drawer);
    await this.drawer.dropEvents(sitting, Number.MAX_SAFE_INTEGER);
    state.fileKey.value = null;
  }

  private async take(told: state.SittingState, ackedAtAsking = 0): Promise<void> {
    time.take(told.now);
    this.clock.compare(told.now);
    const outbox = await this.sender.open(told.sitting_id, told.acked_seq);
    await outbox.acknowledge(told.acked_seq);
    takeViewOf(told.sitting_id, told.large_text);
    if (!isOvertaken(told.acked_seq, ackedAtAsking, outbox.acked)) {
      const standing = applied(told.answers, told.flagged, outbox.pending);
      state.answers.value = standing.answers;
      state.flagged.value = standing.flagged;
      this.keeper.keep(told);
    }
    adaptive.take(told.adaptive, outbox.pending);
    state.sitting.value = told;
    showItem();
    state.isCalled.value = told.called;
    state.isResuming.value = false;
    state.pendingCount.value = outbox.pending.length;
    void this.showBrowser(told.safe_browser);
    this.showClock(told.clock_number);
    if (told.receipt) return this.finish(told);
    if (told.status === "void") return this.endVoid();
    if (told.form) void this.papers.fetch(told.form, this.token);
    if (told.key) void this.papers.open(told.key);
    void this.goOn();
  }

  private takeItem(told: adaptive.AdaptiveTold): void {
    const known = state.sitting.value;
    if (!known || state.isMoved.value || state.ended.value) return;
    adaptive.take(told);
    this.keeper.keepItem(told);
    showItem();
  }

  /** Confirm an item: there is no way back to it. */
  confirm(position: number): Promise<void> {
    adaptive.noteConfirmed(position);
    showItem();
    return this.sender.change("confirmed", position);
  }

  private async wipe(): Promise<void> {
    adaptive.wipe();
    this.keeper.dropItem();
    await this.papers.wipe();
  }

  private async showBrowser(rule: state.SittingState["safe_browser"]): Promise<void> {
    if (await showBrowser(this.line, rule)) await this.refresh();
  }

  private takeClock(told: ClockTold): void {
    const known = state.sitting.value;
    if (!known || told.clock_number === undefined) return;
    if (told.clock_number > known.clock_number + 1) void this.refresh();
    if (told.clock_number <= known.clock_number) return;
    if (told.now) time.take(told.now);
    state.sitting.value = { ...known, ...told };
    this.keeper.keepClock(told);
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
    if (state.isTimeOver.value || !time.isSure.value) await this.refresh();
  }

  async step(name: "confirm_identity" | "accept_pledge" | "end_break"): Promise<Reply | null> {
    const reply = (await this.line?.ask(name).catch(() => null)) ?? null;
    if (reply?.ok) await this.take(reply as unknown as state.SittingState);
    return reply;
  }

  change(kind: EventKind, position: number, answer: Answer = null): Promise<void> {
    return this.sender.change(kind, position, answer);
  }

  understood(id: string): Promise<void> {
    return understood(this.line, id);
  }

  callProctor(text = "", kind?: "break"): Promise<boolean> {
    return callProctor(this.line, text, kind);
  }

  report(kind: string, detail: Record<string, number> = {}): void {
    void this.line?.ask("report_signal", { kind, detail }).catch(() => undefined);
  }

  photo(): Promise<string | null> {
    return portraitOf(this.token);
  }

  /** What an answer file would hold now. */
  unsent() {
    return this.sender.kept();
  }

  canKeep(): Promise<boolean> {
    return canKeep(this.drawer);
  }

  /** The sitting is over: late work goes out, then key, paper and token leave this computer. */
  private async finish(told: state.SittingState): Promise<void> {
    flushDrafts();
    const ended = endedWith(told);
    await this.wipe();
    await this.sender.send();
    ended.late = state.lateCount.value;
    state.ended.value = { ...ended };
    if (this.sender.pending > 0) return;
    await keep.keepReceipt(this.drawer, ended);
    await this.letGo(told.sitting_id);
    if (told.status === "void") this.line?.close();
  }

  /** Made void before it began: there is nothing to send and nothing more to hear. */
  private async endVoid(): Promise<void> {
    await this.wipe();
    this.line?.close();
  }
}
