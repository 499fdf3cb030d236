// Waiting for the signal: the seat large, the server's time, and whether everything is ready.

import { useEffect, useState } from "preact/hooks";
import { Icon } from "../../lib/icon";
import type { Seat } from "../seat";
import * as state from "../state";
import { NO_TIME, Step } from "../step";
import * as time from "../time";
import { clockText, dateText, say } from "../words";
import { subjectWords } from "./confirm";
import { Gathered } from "./gathered";
import { Granted } from "./granted";

const [WIDE_ENOUGH, HIGH_ENOUGH] = [1000, 560];
const CLOCK_OFF_MS = 60_000;

export function Waiting({ seat }: { seat: Seat }) {
  const told = state.sitting.value;
  if (!told) return null;
  return (
    <Step title={say("waitingTitle")} testId="waiting" isWide>
      <div class="waiting">
        <div>
          <p class="seat-number">
            <span>{say("seat")}</span> <strong class="figures">{told.candidate.seat}</strong>
          </p>
          <p class="center">
            {told.candidate.name} · {told.candidate.room}
          </p>
          <p class="center">{subjectWords(told)}</p>
          <p class="center large-clock figures" aria-hidden="true">
            {time.isSure.value ? clockText(time.nowSecond.value) : NO_TIME}
          </p>
          {!told.is_rehearsal && (
            <p class="center help">{say("rulePlanned", { time: dateText(told.planned_start) })}</p>
          )}
        </div>
        <Checks seat={seat} />
      </div>
      <Granted />
      <Gathered />
      <p class="notice is-accent" role="status">
        {say("waitingText")}
      </p>
      <div class="acts">
        <button
          type="button"
          data-testid="warm-again"
          onClick={() => {
            state.isWarmingUp.value = true;
          }}
        >
          <Icon name="pencil" /> {say("warmAgain")}
        </button>
      </div>
    </Step>
  );
}

interface CheckFacts {
  words: string;
  isGood: boolean | null;
  what: string;
}

function Checks({ seat }: { seat: Seat }) {
  const [isKept, setKept] = useState<boolean | null>(null);
  const size = useWindowSize();
  useEffect(() => {
    void seat.canKeep().then(setKept);
  }, [seat]);
  const off = Math.round(Math.abs(time.offsetMs.value) / 60_000);
  const isOff = Math.abs(time.offsetMs.value) > CLOCK_OFF_MS;
  const isLarge = size.width >= WIDE_ENOUGH && size.height >= HIGH_ENOUGH;
  const isUp = state.isUp.value;
  const isAdaptive = Boolean(state.sitting.value?.adaptive);
  const checks: CheckFacts[] = [
    {
      words: say("readyLine"),
      isGood: isUp,
      what: say(isUp ? "readyLineGood" : "readyLineBad"),
    },
    {
      words: say("readyClock"),
      isGood: true,
      what: isOff ? say("readyClockOff", { minutes: off }) : say("readyClockGood"),
    },
    {
      words: say("readyStore"),
      isGood: isKept,
      what: say(isKept === null ? "checking" : isKept ? "readyStoreGood" : "readyStoreBad"),
    },
    {
      words: say("readyPaper"),
      isGood: state.hasSealed.value || isAdaptive || null,
      what: say(
        isAdaptive
          ? "readyPaperAdaptive"
          : state.hasSealed.value
            ? "readyPaperGood"
            : "readyPaperBad",
      ),
    },
    {
      words: say("readyScreen"),
      isGood: isLarge || null,
      what: say(isLarge ? "readyScreenGood" : "readyScreenBad", size),
    },
  ];
  const isReady = checks.every((each) => each.isGood);
  return (
    <section class="ready" aria-labelledby="ready-title">
      <h2 id="ready-title">{isReady ? `✓ ${say("allReady")}` : say("ready")}</h2>
      <ul class="checks" data-testid="checks">
        {checks.map((each) => (
          <Check key={each.words} {...each} />
        ))}
      </ul>
      {!isLarge && document.fullscreenEnabled && (
        <button type="button" onClick={() => void document.documentElement.requestFullscreen()}>
          {say("fullScreen")}
        </button>
      )}
    </section>
  );
}

function Check({ words, isGood, what }: CheckFacts) {
  const [name, icon] =
    isGood === null ? ["is-not-yet", "…"] : isGood ? ["is-good", "✓"] : ["is-bad", "⚠"];
  return (
    <li class={name}>
      <span class="check-icon" aria-hidden="true">
        {icon}
      </span>
      <span>
        <strong>{words}</strong>
        {say("colon")}
        {what}
      </span>
    </li>
  );
}

function useWindowSize(): { width: number; height: number } {
  const [size, setSize] = useState({ width: innerWidth, height: innerHeight });
  useEffect(() => {
    const take = () => setSize({ width: innerWidth, height: innerHeight });
    addEventListener("resize", take);
    return () => removeEventListener("resize", take);
  }, []);
  return size;
}
