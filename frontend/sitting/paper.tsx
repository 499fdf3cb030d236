// The paper: top bar, answer card, one question, and the ways through it.
import { useEffect } from "preact/hooks";
import { remainingMs, timeText, warningFor } from "../lib/clock";
import { HandInSheet } from "./hand_in";
import { act } from "./keys";
import { Question } from "./question";
import { SaveLine } from "./save_line";
import type { Seat } from "./seat";
import * as state from "./state";
import { say } from "./words";

export function Paper({ seat }: { seat: Seat }) {
  const order = state.shownOrder.value;
  const position = order[state.current.value - 1];
  const item = position === undefined ? undefined : state.itemAt.value.get(position);
  useEffect(() => {
    const listen = (event: KeyboardEvent) => act(seat, event);
    addEventListener("keydown", listen);
    return () => removeEventListener("keydown", listen);
  }, [seat]);
  useEffect(() => {
    if (position !== undefined && !state.sitting.value?.seen.includes(position)) {
      state.sitting.value?.seen.push(position);
      void seat.change("seen", position);
    }
  }, [seat, position]);
  if (!item) return <p class="card-page">{say("loadingPaper")}</p>;
  return (
    <div class="paper">
      <TopBar seat={seat} />
      <AnswerCard />
      <main class="centre">
        <Question key={item.position} seat={seat} item={item} number={state.current.value} />
        <Moves seat={seat} position={item.position} />
      </main>
      {state.isHandingIn.value && <HandInSheet seat={seat} />}
    </div>
  );
}

function TopBar({ seat }: { seat: Seat }) {
  const told = state.sitting.value;
  if (!told) return null;
  const left = remainingMs(told.ends_at, state.nowMs.value) ?? 0;
  const warning = warningFor(left);
  return (
    <header class="sitting-bar">
      <div class="who">
        <strong>{told.subject}</strong>
        <span>
          {told.candidate.name} · {told.candidate.ticket.slice(-4)}
        </span>
      </div>
      <div class={`clock ${warning ? "is-short" : ""}`}>
        <span class="clock-label">{say("timeLeft")}</span>
        <span class="figures" data-testid="time-left" role="timer" aria-live="off">
          {timeText(left)}
        </span>
      </div>
      <p class="visually-hidden" role="status">
        {warning ? say("minutesLeft", { minutes: warning }) : ""}
      </p>
      <SaveLine />
      <div class="bar-acts">
        <button type="button" onClick={() => resize(-1)} aria-label={say("smaller")}>
          A−
        </button>
        <button type="button" onClick={() => resize(1)} aria-label={say("larger")}>
          A+
        </button>
        <button
          type="button"
          onClick={() => document.documentElement.classList.toggle("high-contrast")}
        >
          {say("contrast")}
        </button>
        <button type="button" onClick={() => seat.callProctor()} disabled={state.isCalled.value}>
          {state.isCalled.value ? say("called") : say("callProctor")}
        </button>
      </div>
    </header>
  );
}

const SIZES = ["text-1", "text-2", "text-3"];

function resize(step: number): void {
  const root = document.documentElement.classList;
  const now = Math.max(
    0,
    SIZES.findIndex((size) => root.contains(size)),
  );
  root.remove(...SIZES);
  root.add(SIZES[Math.min(SIZES.length - 1, Math.max(0, now + step))] ?? "text-1");
}

function AnswerCard() {
  const order = state.shownOrder.value;
  const answered = order.filter((each) => state.isAnswered(state.answers.value[String(each)]));
  return (
    <nav class="answer-card" aria-label={say("answerCard")}>
      <h2>{say("answerCard")}</h2>
      <p>{say("answeredCount", { answered: answered.length, total: order.length })}</p>
      {state.paper.value?.sections.map((section) => (
        <section key={section.title}>
          <h3>{section.title}</h3>
          <div class="card-grid">
            {order.map((position, place) =>
              section.positions.includes(position) ? (
                <CardNumber key={position} position={position} number={place + 1} />
              ) : null,
            )}
          </div>
        </section>
      ))}
    </nav>
  );
}

function CardNumber({ position, number }: { position: number; number: number }) {
  const isAnswered = state.isAnswered(state.answers.value[String(position)]);
  const isFlagged = state.flagged.value.has(position);
  const isCurrent = state.current.value === number;
  const words = [
    say(isAnswered ? "answered" : "unanswered"),
    isFlagged ? say("flagged") : "",
    isCurrent ? say("current") : "",
  ];
  const classes = [isAnswered && "is-answered", isFlagged && "is-flagged"];
  return (
    <button
      type="button"
      class={`card-number ${classes.filter(Boolean).join(" ")}`}
      data-testid={`card-${number}`}
      aria-current={isCurrent ? "true" : undefined}
      aria-label={`${number} ${words.filter(Boolean).join(" ")}`}
      onClick={() => {
        state.current.value = number;
      }}
    >
      {number}
    </button>
  );
}

function Moves({ seat, position }: { seat: Seat; position: number }) {
  const last = state.shownOrder.value.length;
  const isFlagged = state.flagged.value.has(position);
  return (
    <div class="moves">
      <button
        type="button"
        data-testid="previous"
        disabled={state.current.value <= 1}
        onClick={() => move(-1)}
      >
        ← {say("previous")}
      </button>
      <button
        type="button"
        data-testid="flag"
        aria-pressed={isFlagged}
        onClick={() => seat.change(isFlagged ? "unflagged" : "flagged", position)}
      >
        ⚑ {say(isFlagged ? "unflag" : "flag")}
      </button>
      <button
        type="button"
        class="main-act"
        data-testid="next"
        disabled={state.current.value >= last}
        onClick={() => move(1)}
      >
        {say("next")} →
      </button>
      <button
        type="button"
        class="hand-in"
        data-testid="hand-in"
        onClick={() => {
          state.isHandingIn.value = true;
        }}
      >
        {say("handIn")}
      </button>
      <details class="key-help">
        <summary>{say("help")}</summary>
        <p>{say("keys")}</p>
        <button
          type="button"
          onClick={() => {
            state.hasSingleKeys.value = !state.hasSingleKeys.value;
          }}
        >
          {say(state.hasSingleKeys.value ? "keysOff" : "keysOn")}
        </button>
      </details>
    </div>
  );
}

export function move(step: number): void {
  const last = state.shownOrder.value.length;
  state.current.value = Math.min(last, Math.max(1, state.current.value + step));
}
