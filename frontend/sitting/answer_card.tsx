// The answer card: every question's number by section, with what stands there.
import { useComputed } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { goTo } from "./places";
import * as state from "./state";
import { say } from "./words";

export function AnswerCard({ onGo }: { onGo?: () => void }) {
  const order = state.shownOrder.value;
  return (
    <nav class="answer-card" id="answer-card" aria-label={say("answerCard")}>
      <div class="card-head">
        <h2>{say("answerCard")}</h2>
        <Count words="answeredCount" positions={order} />
      </div>
      <Legend />
      {state.sections.value.map((section, place) => (
        <section key={section.places[0]?.position} aria-labelledby={`card-section-${place}`}>
          <h3 id={`card-section-${place}`}>
            <span>{section.title}</span>
            <Count words="sectionCount" positions={section.places.map((each) => each.position)} />
          </h3>
          <div class="card-grid">
            {section.places.map((each) => (
              <CardNumber key={each.position} {...each} onGo={onGo} />
            ))}
          </div>
        </section>
      ))}
    </nav>
  );
}

function Count(props: { words: "answeredCount" | "sectionCount"; positions: number[] }) {
  const answered = useComputed(
    () => props.positions.filter((each) => state.fullnessAt(each) === "full").length,
  );
  return (
    <span class="card-count figures">
      {say(props.words, { answered: answered.value, total: props.positions.length })}
    </span>
  );
}

function Legend() {
  const hasPartial = state.hasManyPlaces.value;
  return (
    <ul class="legend">
      <li>
        <span class="card-number is-sample" aria-hidden="true" />
        {say("unanswered")}
      </li>
      {hasPartial && (
        <li>
          <span class="card-number is-sample is-partial" aria-hidden="true" />
          {say("partial")}
        </li>
      )}
      <li>
        <span class="card-number is-sample is-full" aria-hidden="true" />
        {say("answered")}
      </li>
      <li>
        <span class="card-number is-sample is-flagged" aria-hidden="true" />
        {say("flagged")}
      </li>
      <li>
        <span class="card-number is-sample is-current" aria-hidden="true" />
        {say("current")}
      </li>
    </ul>
  );
}

interface NumberProps {
  position: number;
  number: number;
  onGo?: (() => void) | undefined;
}

/** Drawn anew only when what it shows has changed: a paper may have two hundred. */
function CardNumber({ position, number, onGo }: NumberProps) {
  const shown = useComputed(() => {
    const isFlagged = state.flagged.value.has(position) ? "is-flagged" : "";
    return `is-${state.fullnessAt(position)} ${isFlagged}`.trim();
  });
  const isCurrent = useComputed(() => state.current.value === number).value;
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (isCurrent) button.current?.scrollIntoView({ block: "nearest" });
  }, [isCurrent]);
  const classes = shown.value;
  const words = [
    say("question", { number }),
    say(
      classes.includes("full")
        ? "answered"
        : classes.includes("partial")
          ? "partial"
          : "unanswered",
    ),
    classes.includes("flagged") ? say("flagged") : "",
    isCurrent ? say("current") : "",
  ];
  return (
    <button
      ref={button}
      type="button"
      class={`card-number ${classes} ${isCurrent ? "is-current" : ""}`}
      data-testid={`card-${number}`}
      aria-current={isCurrent ? "true" : undefined}
      aria-label={words.filter(Boolean).join(" ")}
      onClick={() => {
        onGo?.();
        goTo(number);
      }}
    >
      {number}
    </button>
  );
}
