// The paper: top bar, answer card, one question or a whole section, and the ways through it.

import { useEffect, useLayoutEffect, useState } from "preact/hooks";
import { Icon } from "../lib/icon";
import { AnswerCard } from "./answer_card";
import { HandInSheet } from "./hand_in";
import { flag, listenForKeys } from "./keys";
import { goTo, move } from "./places";
import { Question } from "./question";
import type { Seat } from "./seat";
import { SectionScroll } from "./section_scroll";
import * as state from "./state";
import { TopBar } from "./top_bar";
import { change, type Mode, view } from "./view";
import { markText, say } from "./words";
import type { Key } from "./words.zh";

export function Paper({ seat }: { seat: Seat }) {
  const [isCardOpen, setCardOpen] = useState(false);
  const position = state.currentPosition.value;
  const item = position === undefined ? undefined : state.itemAt.value.get(position);
  const number = state.current.value;
  const isThere = item !== undefined;
  // before it is painted: a key pressed at the first sight of a question counts
  useLayoutEffect(() => listenForKeys(seat), [seat]);
  useLayoutEffect(() => {
    if (isThere) goTo(state.current.peek());
  }, [isThere]);
  useSeen(seat, isThere ? position : undefined);
  if (!item) return null;
  const isScroll = view.value.mode === "scroll";
  return (
    <div class={`paper ${isCardOpen ? "has-card" : ""}`}>
      <a class="skip" href="#paper-centre">
        {say("skipToQuestion")}
      </a>
      <TopBar seat={seat} isCardOpen={isCardOpen} toggleCard={() => setCardOpen(!isCardOpen)} />
      <AnswerCard onGo={() => setCardOpen(false)} />
      <main class="centre" id="paper-centre" tabIndex={-1}>
        <h1 class="visually-hidden">{say("title")}</h1>
        <SectionHead />
        {state.notice.value && (
          <p class="paper-notice" data-testid="paper-notice">
            {state.notice.value}
          </p>
        )}
        <div class="questions">
          {isScroll ? (
            <SectionScroll seat={seat} />
          ) : (
            <Question key={item.position} seat={seat} item={item} number={number} />
          )}
        </div>
        <Moves seat={seat} position={item.position} />
      </main>
      {state.isHandingIn.value && <HandInSheet seat={seat} />}
    </div>
  );
}

/** The first look at a question is an event of its own, sent once. */
export function useSeen(seat: Seat, position: number | undefined): void {
  useEffect(() => {
    const seen = state.sitting.peek()?.seen;
    if (position === undefined || !seen || seen.includes(position)) return;
    seen.push(position);
    void seat.change("seen", position);
  }, [seat, position]);
}

const MODES: readonly [Mode, Key][] = [
  ["one", "oneByOne"],
  ["scroll", "wholeSection"],
];

function SectionHead() {
  const section = state.currentSection.value;
  if (!section) return null;
  const count = section.places.length;
  const facts = section.markEach
    ? say("sectionMarks", { count, mark: markText(section.markEach) })
    : say("sectionFacts", { count });
  return (
    <div class="section-head">
      <h2>
        {section.title} <small>{facts}</small>
      </h2>
      <fieldset class="segments view-switch" aria-label={say("viewLabel")}>
        {MODES.map(([mode, key]) => (
          <button
            key={mode}
            type="button"
            data-testid={`mode-${mode}`}
            aria-pressed={view.value.mode === mode}
            onClick={() => change({ mode })}
          >
            {say(key)}
          </button>
        ))}
      </fieldset>
    </div>
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
        class={isFlagged ? "is-on" : ""}
        aria-pressed={isFlagged}
        onClick={() => flag(seat, position)}
      >
        <Icon name="flag" /> {say("flag")}
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
    </div>
  );
}
