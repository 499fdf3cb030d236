// The top bar: who, how long still, where the answers are, how it looks, and the raised hand.

import { useComputed } from "@preact/signals";
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { timeText, warningFor } from "../lib/clock";
import { Icon } from "../lib/icon";
import { CallButton } from "./call";
import { PaperDisplay } from "./display";
import { subjectWords } from "./entry/confirm";
import { KeyHelpButton } from "./key_help";
import { UnsureTime, unsureWords } from "./line_details";
import { SaveLine } from "./save_line";
import type { Seat } from "./seat";
import * as state from "./state";
import * as time from "./time";
import { change, view } from "./view";
import { speak } from "./watch";
import { leftWords, say } from "./words";

interface BarProps {
  seat: Seat;
  isCardOpen?: boolean;
  /** Without it there is no answer card. */
  toggleCard?: () => void;
}

export function TopBar({ seat, isCardOpen = false, toggleCard }: BarProps) {
  const bar = useBarHeight();
  const isWide = useIsWide();
  const told = state.sitting.value;
  if (!told) return null;
  return (
    <header class="sitting-bar" ref={bar}>
      <div class="who">
        <strong>{subjectWords(told)}</strong>
        <span>
          {told.candidate.name} · {say("ticketEnd", { end: told.candidate.ticket.slice(-4) })}
        </span>
      </div>
      <Clock />
      {toggleCard && <CardToggle isOpen={isCardOpen} toggle={toggleCard} />}
      <details class="bar-more" open={isWide}>
        <summary>
          <Icon name="display" /> {say("display")}
        </summary>
        <div class="bar-tools">
          <PaperDisplay />
          <KeyHelpButton />
        </div>
      </details>
      <CallButton seat={seat} />
      <SaveLine />
      <UnsureTime />
    </header>
  );
}

/** What stands under the bar must know how high it is: it grows with text size and wraps. */
function useBarHeight(): (bar: HTMLElement | null) => void {
  const watcher = useRef<ResizeObserver | null>(null);
  return useCallback((bar: HTMLElement | null) => {
    const { style } = document.documentElement;
    watcher.current?.disconnect();
    if (!bar) {
      style.removeProperty("--bar-height");
      return;
    }
    const measure = () => style.setProperty("--bar-height", `${bar.offsetHeight}px`);
    measure();
    watcher.current = new ResizeObserver(measure);
    watcher.current.observe(bar);
  }, []);
}

/** On wide windows the tools stand open in the bar; their summary is not shown there. */
function useIsWide(): boolean {
  const [wide] = useState(() => matchMedia("(min-width: 1201px)"));
  const [isWide, setWide] = useState(wide.matches);
  useEffect(() => {
    const take = () => setWide(wide.matches);
    wide.addEventListener("change", take);
    return () => wide.removeEventListener("change", take);
  }, [wide]);
  return isWide;
}

function CardToggle({ isOpen, toggle }: { isOpen: boolean; toggle: () => void }) {
  const order = state.shownOrder.value;
  const answered = useComputed(
    () => state.shownOrder.value.filter((each) => state.fullnessAt(each) === "full").length,
  );
  return (
    <button
      type="button"
      class="card-toggle"
      data-testid="card-toggle"
      aria-expanded={isOpen}
      aria-controls="answer-card"
      onClick={toggle}
    >
      <Icon name="card" /> {say("answerCard")}{" "}
      <span class="figures">{`${answered.value}/${order.length}`}</span>
    </button>
  );
}

/** The time left as it is said when asked for. */
function spokenLeft(): string {
  if (!time.isSure.peek()) return unsureWords();
  return leftWords((state.leftSecond.peek() ?? 0) * 1000);
}

/** Figures for eyes; for ears the time is said when asked for, and at its marks. */
function Clock() {
  const left = (state.leftSecond.value ?? 0) * 1000;
  const isSure = time.isSure.value;
  const isShort = isSure && warningFor(left) !== null;
  const isHidden = view.value.isClockHidden && !isShort;
  return (
    <div class={`clock ${isShort ? "is-short" : ""}`}>
      <button
        type="button"
        class="clock-face"
        data-testid="say-time"
        onClick={() => speak(spokenLeft())}
      >
        <span class="clock-label">
          {isShort && <Icon name="clock" />}
          {say("timeLeft")}
        </span>
        <span class="visually-hidden">{say("sayTime")}</span>
        <span class="figures" aria-hidden="true" data-testid="time-left">
          {isHidden || !isSure ? "–:––" : timeText(left)}
        </span>
      </button>
      {!isShort && (
        <button
          type="button"
          class="quiet"
          data-testid="hide-clock"
          aria-pressed={isHidden}
          onClick={() => change({ isClockHidden: !view.value.isClockHidden })}
        >
          {say(isHidden ? "showClock" : "hideClock")}
        </button>
      )}
    </div>
  );
}
