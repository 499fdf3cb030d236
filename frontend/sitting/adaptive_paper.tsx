// The paper of an adaptive test: one question, confirmed and gone; the next comes from the server.

import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { hasSomething } from "../lib/fields/answers";
import { flushDrafts } from "../lib/fields/drafts";
import type { FormItem } from "../lib/sealed";
import * as adaptive from "./adaptive";
import { HandInSheet } from "./hand_in";
import { listenForKeys } from "./keys";
import { useSeen } from "./paper";
import { Question } from "./question";
import type { Seat } from "./seat";
import * as state from "./state";
import { TopBar } from "./top_bar";
import { say } from "./words";

export function AdaptivePaper({ seat }: { seat: Seat }) {
  useLayoutEffect(() => listenForKeys(seat), [seat]);
  const item = adaptive.open.value && state.itemAt.value.get(adaptive.open.value.position);
  return (
    <div class="paper is-adaptive">
      <a class="skip" href="#paper-centre">
        {say("skipToQuestion")}
      </a>
      <TopBar seat={seat} />
      <main class="centre" id="paper-centre" tabIndex={-1}>
        <h1 class="visually-hidden">{say("title")}</h1>
        <Progress />
        {item ? <Open key={item.position} seat={seat} item={item} /> : <Between />}
      </main>
      {state.isHandingIn.value && <HandInSheet seat={seat} />}
    </div>
  );
}

function Progress() {
  const told = adaptive.told.value;
  if (!told) return null;
  const done = adaptive.confirmed.value;
  const isOver = adaptive.step.value === "finished"; // however many there were: it is whole
  return (
    <div class="section-head">
      <h2>
        {say("adaptiveDone", { count: done })}{" "}
        {!isOver && (
          <small>
            {say(told.may_end_earlier ? "adaptiveMost" : "adaptiveAll", { count: told.longest })}
          </small>
        )}
      </h2>
      <progress
        max={told.longest}
        value={isOver ? told.longest : done}
        aria-label={say("adaptiveDone", { count: done })}
      />
    </div>
  );
}

function Open({ seat, item }: { seat: Seat; item: FormItem }) {
  const [isAsking, setAsking] = useState(false);
  const place = useRef<HTMLDivElement>(null);
  const hasAnswer = hasSomething(state.answers.value[String(item.position)] ?? null);
  useSeen(seat, item.position);
  // A new question is told by moving to its heading.
  useLayoutEffect(() => {
    scrollTo(0, 0);
    place.current?.querySelector<HTMLElement>("h3")?.focus({ preventScroll: true });
  }, []);
  const confirm = () => {
    flushDrafts();
    const isEmpty = !hasSomething(state.answers.value[String(item.position)] ?? null);
    if (isEmpty && !isAsking) setAsking(true);
    else void seat.confirm(item.position);
  };
  const isWarned = isAsking && !hasAnswer;
  return (
    <>
      <div class="questions" ref={place}>
        <Question seat={seat} item={item} number={item.position} />
        {isWarned && (
          <p
            class="notice is-attention"
            role="alert"
            id="confirm-empty"
            data-testid="confirm-empty"
          >
            ⚠ {say("confirmEmpty")}
          </p>
        )}
        <p class="help">{say("confirmHelp")}</p>
      </div>
      <div class="moves">
        <button
          type="button"
          class="main-act"
          data-testid="confirm-item"
          aria-describedby={isWarned ? "confirm-empty" : undefined}
          onClick={confirm}
        >
          {say(isWarned ? "confirmEmptyAct" : "confirmItem")} →
        </button>
        <HandInButton />
      </div>
    </>
  );
}

/** Between two questions, and after the last one. */
function Between() {
  const heading = useRef<HTMLHeadingElement>(null);
  const isOver = adaptive.step.value === "finished";
  const words = isOver ? "adaptiveOver" : state.isUp.value ? "adaptiveNext" : "adaptiveNoLine";
  useLayoutEffect(() => heading.current?.focus({ preventScroll: true }), [words]);
  return (
    <>
      <div class="questions between" data-testid={isOver ? "adaptive-over" : "adaptive-waiting"}>
        <h3 tabIndex={-1} ref={heading}>
          {isOver ? "✓ " : ""}
          {say(words)}
        </h3>
        <p>
          {say(
            isOver
              ? "adaptiveOverText"
              : state.isUp.value
                ? "adaptiveNextText"
                : "adaptiveNoLineText",
          )}
        </p>
      </div>
      <div class="moves">
        <HandInButton />
      </div>
    </>
  );
}

function HandInButton() {
  return (
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
  );
}
