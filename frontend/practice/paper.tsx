// A random paper: questions in any order, the numbers beside them, handed in as a whole.
import { signal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { fullness, hasSomething } from "../lib/fields/answers";
import { ItemView } from "../lib/fields/item";
import type { Answer } from "../lib/outbox";
import type { FormItem } from "../lib/sealed";
import { ReviewedItem } from "./reviewed";
import { give, handIn, line, problem } from "./run";
import type { State } from "./types";
import { language, say } from "./words";

const AT = "practice-at";
const at = signal(Number(sessionStorage.getItem(AT) ?? 1));
const draft = signal<Answer>(null);
const isHandingIn = signal(false);

function go(number: number): void {
  at.value = number;
  draft.value = null;
  problem.value = "";
  isHandingIn.value = false;
  sessionStorage.setItem(AT, String(number));
}

function answerTo(state: State, number: number): Answer {
  return state.answers?.[number] ?? null;
}

export function Paper({ state }: { state: State }) {
  const items = state.items ?? [];
  const item = items.find((each) => each.position === at.value) ?? items[0];
  if (!item) return null;
  return (
    <>
      <Numbers state={state} here={isHandingIn.value ? 0 : item.position} />
      {isHandingIn.value ? <HandIn state={state} /> : <Question state={state} item={item} />}
    </>
  );
}

function Numbers({ state, here }: { state: State; here: number }) {
  const items = new Map((state.items ?? []).map((each) => [each.position, each]));
  return (
    <nav class="numbers" aria-label={say("numbers")}>
      <div class="numbers-head">
        <p role="status">{say("answeredOf", { answered: state.answered, most: state.most })}</p>
        <button type="button" onClick={() => askToHandIn()} data-testid="hand-in">
          {say("handIn")}
        </button>
      </div>
      <div class="numbers-list">
        {(state.sections ?? []).map((section) => (
          <section key={section.title}>
            <h2>{section.titles?.[language] ?? section.title}</h2>
            <ol>
              {section.positions.map((number) => {
                const item = items.get(number);
                const isFull = item && fullness(item, answerTo(state, number)) !== "empty";
                return (
                  <li key={number}>
                    <button
                      type="button"
                      class={isFull ? "is-answered" : ""}
                      aria-current={number === here ? "true" : undefined}
                      aria-label={say(isFull ? "numberAnswered" : "numberOpen", { number })}
                      onClick={() => go(number)}
                      data-testid={`go-${number}`}
                    >
                      {number}
                    </button>
                  </li>
                );
              })}
            </ol>
          </section>
        ))}
      </div>
    </nav>
  );
}

function askToHandIn(): void {
  isHandingIn.value = true;
  problem.value = "";
}

function Question({ state, item }: { state: State; item: FormItem }) {
  const heading = useRef<HTMLHeadingElement>(null);
  const isFirst = useRef(true);
  const number = item.position;
  useLayoutEffect(() => {
    if (!isFirst.current) heading.current?.focus();
    isFirst.current = false;
  }, [number]);
  const isEach = state.review === "each";
  const reviewed = state.reviewed?.find((each) => each.number === number);
  const kept = answerTo(state, number);
  const given = isEach ? (draft.value ?? kept) : kept;
  const onAnswer = (answer: Answer) => {
    problem.value = "";
    if (isEach) draft.value = answer;
    else void give(number, answer, false);
  };
  const check = () => {
    if (hasSomething(draft.value)) void give(number, draft.value);
    else problem.value = say("chooseFirst");
  };
  return (
    <section class="card">
      {reviewed ? (
        <ReviewedItem entry={reviewed} lang={state.language} />
      ) : (
        <>
          <h3 tabIndex={-1} ref={heading} data-testid="number" data-number={number}>
            {say("question", { number })} <small>{say("marks", { mark: item.mark })}</small>
          </h3>
          <div
            class={`question is-${item.type}`}
            key={number}
            lang={state.language.replace(/_/g, "-")}
          >
            <ItemView
              item={item}
              answer={given}
              onAnswer={onAnswer}
              language={language}
              name={`question-${number}`}
            />
          </div>
        </>
      )}
      {problem.value && (
        <p class="problem" role="alert">
          {problem.value}
        </p>
      )}
      <div class="moves">
        {isEach && !reviewed && (
          <button
            type="button"
            class="primary"
            disabled={line.value !== "saved"}
            onClick={check}
            data-testid="check"
          >
            {say("check")}
          </button>
        )}
        <button type="button" disabled={number <= 1} onClick={() => go(number - 1)}>
          {say("previous")}
        </button>
        {number < state.most ? (
          <button
            type="button"
            class={isEach && !reviewed ? "" : "primary"}
            onClick={() => go(number + 1)}
            data-testid="next"
          >
            {say("following")}
          </button>
        ) : (
          <button type="button" class="primary" onClick={() => askToHandIn()}>
            {say("handIn")}
          </button>
        )}
      </div>
    </section>
  );
}

function HandIn({ state }: { state: State }) {
  const open = (state.items ?? []).filter(
    (item) => fullness(item, answerTo(state, item.position)) === "empty",
  );
  return (
    <section class="card" aria-labelledby="hand-in-title">
      <h2 id="hand-in-title">{say("handInTitle")}</h2>
      <p>{say("answeredOf", { answered: state.answered, most: state.most })}</p>
      {open.length > 0 && (
        <>
          <p>{say("stillOpen")}</p>
          <p class="open-numbers">
            {open.map((item) => (
              <button type="button" key={item.position} onClick={() => go(item.position)}>
                {item.position}
              </button>
            ))}
          </p>
        </>
      )}
      <p class="soft">{say("handInSays")}</p>
      <div class="moves">
        <button
          type="button"
          class="primary"
          onClick={() => void handIn()}
          data-testid="hand-in-now"
        >
          {say("handInNow")}
        </button>
        <button type="button" onClick={() => go(at.value)}>
          {say("goOnWorking")}
        </button>
      </div>
    </section>
  );
}
