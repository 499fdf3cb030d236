// What is watched while the page stands: the marks of time, changes to speak of, the last seconds.
import { effect, signal, untracked } from "@preact/signals";
import { flushDrafts } from "../lib/fields/drafts";
import { saveState } from "./save_line";
import type { Seat } from "./seat";
import { watchSignals } from "./signals";
import * as state from "./state";
import * as time from "./time";
import { change, view } from "./view";
import { changeWords, dueMark } from "./warnings";
import { say } from "./words";

/** What the polite region says; the number makes the same words heard twice. */
export const spoken = signal({ text: "", number: 0 });

export function speak(text: string): void {
  spoken.value = { text, number: spoken.peek().number + 1 };
}

const LAST_SECONDS = 2;

export function watch(seat: Seat): void {
  watchState();
  watchClock();
  watchLeaving();
  watchSignals(seat);
}

/** Speak of what changes: the line, a pause, time added or taken back, an answered call. */
function watchState(): void {
  let before = "saved";
  let wasCalled = false;
  let wasUnsure = false;
  effect(() => {
    if (!state.sitting.value) return;
    const now = saveState(state.saveFacts.value);
    const words = changeWords(before, now);
    before = now;
    if (words) untracked(() => speak(say(words)));
  });
  effect(() => {
    const notice = state.timeNotice.value;
    if (notice) untracked(() => speak(say(notice.key, { minutes: notice.minutes })));
  });
  effect(() => {
    const isUnsure = !time.isSure.value && state.sitting.value?.status === "running";
    if (isUnsure && !wasUnsure) untracked(() => speak(say("timeUnsure")));
    wasUnsure = isUnsure;
  });
  effect(() => {
    const isCalled = state.isCalled.value;
    if (wasCalled && !isCalled) untracked(() => speak(say("callAnswered")));
    wasCalled = isCalled;
  });
}

/** Each mark of time once, a reload included; what is still being typed goes before the end. */
function watchClock(): void {
  effect(() => {
    const left = state.leftSecond.value;
    const status = state.sitting.value?.status;
    if (left === null || status !== "running" || !time.isSure.value) return;
    untracked(() => {
      const due = dueMark(left * 1000, view.value.announced);
      if (due.announced.length !== view.value.announced.length || due.say !== null)
        change({ announced: due.announced });
      if (due.say !== null) speak(say("minutesLeft", { minutes: due.say }));
      if (left <= LAST_SECONDS) flushDrafts();
    });
  });
}

/** Leaving the page or its window: nothing typed is lost. */
function watchLeaving(): void {
  const isRunning = () => state.sitting.value?.status === "running";
  addEventListener("pagehide", flushDrafts);
  addEventListener("beforeunload", (event) => {
    // What stands in this page only would be gone; the browser asks before that.
    if (state.isStoreBroken.value && isRunning()) event.preventDefault();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") flushDrafts();
  });
}
