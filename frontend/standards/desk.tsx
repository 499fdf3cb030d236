// A member's desk: one item after another, rated by keyboard or touch, kept as it is given.
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { postJson } from "../lib/http";
import { Before } from "./before";
import {
  type Addresses,
  asksQuestions,
  BOOKMARK,
  type Facts,
  firstMissing,
  isRated,
  placeAt,
  steps,
  valueByKey,
} from "./facts";
import { Item } from "./item";
import { Keeper, type LineState, type Rating, type Ratings } from "./keeper";
import { Questions, RatingOf } from "./rating";
import { say } from "./words";

const EMPTY: Rating = { value: null, note: "" };
const NOTE_AFTER_MS = 700;

export function Desk({ facts, at }: { facts: Facts; at: Addresses }) {
  const [line, setLine] = useState<LineState>("saved");
  const [said, setSaid] = useState(facts.isHandedIn ? say("finished") : "");
  const keeper = useRef<Keeper | undefined>(undefined);
  keeper.current ??= new Keeper(
    `panel-${facts.round}-${facts.name}`,
    localStorage,
    (ratings) => postJson(at.ratings, { ratings }),
    setLine,
  );
  const kept = keeper.current;
  const [ratings, setRatings] = useState<Ratings>({ ...facts.ratings, ...kept.unsent });
  const [step, setStep] = useState(firstMissing(facts, ratings) ?? 1);
  const [turn, setTurn] = useState(0);
  const heading = useRef<HTMLHeadingElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const all = steps(facts);
  const isQuestions = step > facts.pages;
  const place = placeAt(facts, step);
  const rating = ratings[String(place)] ?? EMPTY;
  const done = facts.places.filter((each) => isRated(ratings, each)).length;

  useEffect(() => void kept.flush(), [kept]);

  const change = (where: number, changed: Partial<Rating>) => {
    const next = { ...(ratings[String(where)] ?? EMPTY), ...changed };
    setRatings((now) => ({ ...now, [String(where)]: next }));
    setSaid("");
    kept.rate(where, next);
  };

  const go = (to: number) => {
    if (to < 1 || to > all) return;
    setStep(to);
    setTurn((now) => now + 1);
  };
  useLayoutEffect(() => {
    if (turn > 0) heading.current?.focus();
  }, [turn]);

  const finish = async () => {
    const missing = firstMissing(facts, ratings);
    if (missing !== null) {
      go(missing);
      setSaid(say("missing"));
      return;
    }
    if (!(await kept.flush())) return; // the line above says why
    const reply = await postJson(at.handIn, {});
    setSaid(reply.ok ? say("finished") : (reply.message ?? say("lost")));
  };

  // before the next key can come: a stale step would rate the item before
  useLayoutEffect(() => {
    const press = (event: KeyboardEvent) => {
      const { target, key } = event;
      const isField =
        target instanceof HTMLElement && target.closest("input, textarea, summary, a");
      if (isField || event.ctrlKey || event.metaKey || event.altKey) return;
      const isButton = target instanceof HTMLElement && target.closest("button");
      const value = isQuestions ? null : valueByKey(facts.method, key, rating.value);
      if (value !== null) change(place, { value });
      else if (key === "ArrowLeft") go(step - 1);
      else if (key === "ArrowRight" || (key === "Enter" && !isButton)) go(step + 1);
      else if ((key === "b" || key === "B") && facts.method === "bookmark" && !isQuestions)
        change(BOOKMARK, { value: step });
      else return;
      event.preventDefault();
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  });

  const note = (text: string) => {
    clearTimeout(timer.current);
    const where = step; // of a bookmark panel too: a note stands at its page
    const next = { ...(ratings[String(where)] ?? EMPTY), note: text };
    setRatings((now) => ({ ...now, [String(where)]: next }));
    timer.current = setTimeout(() => kept.rate(where, next), NOTE_AFTER_MS);
  };
  const leaveNote = () => {
    clearTimeout(timer.current);
    const own = ratings[String(step)];
    if (own) kept.rate(step, own);
  };

  const state = line === "refused" ? kept.message : say(line);
  const title = facts.method === "bookmark" ? "page" : "item";
  return (
    <div class="panel-desk">
      <div class="panel-bar">
        <progress value={done} max={facts.places.length || 1} aria-label={say("items")} />
        <span class="figures" data-testid="progress">
          {say("progress", { done, all: facts.places.length })}
        </span>
        <span class="panel-line" data-line={line} role="status" data-testid="save-line">
          {state}
        </span>
        <button class="btn btn-primary" type="button" data-testid="finish" onClick={finish}>
          {say("finish")}
        </button>
      </div>
      {said && (
        <p class="panel-said" role="status" data-testid="said">
          {said}
        </p>
      )}
      <nav class="panel-card" aria-label={say("items")}>
        {Array.from({ length: facts.pages }, (_, index) => index + 1).map((each) => (
          <button
            key={each}
            type="button"
            class={`panel-number${isFilled(facts, ratings, each) ? " is-rated" : ""}`}
            aria-current={each === step ? "step" : undefined}
            onClick={() => go(each)}
          >
            {each}
          </button>
        ))}
        {asksQuestions(facts) && (
          <button
            type="button"
            class="panel-number"
            aria-current={isQuestions ? "step" : undefined}
            onClick={() => go(all)}
          >
            {say("questions")}
          </button>
        )}
      </nav>
      <section class="panel-work">
        <h2 tabIndex={-1} ref={heading} data-testid="step" data-step={step}>
          {isQuestions ? say("questions") : say(title, { n: step, all: facts.pages })}
        </h2>
        {isQuestions ? (
          <Questions ratings={ratings} rate={(where, value) => change(where, { value })} />
        ) : (
          <>
            <Item
              key={step}
              address={at.items}
              page={step}
              name={facts.name}
              itemLanguage={facts.language}
              panels={at.panels}
            />
            <RatingOf
              facts={facts}
              page={step}
              value={rating.value}
              rate={(value) => change(place, { value })}
            />
          </>
        )}
        <div class="panel-moves">
          <button
            class="btn btn-outline-primary"
            type="button"
            disabled={step === 1}
            onClick={() => go(step - 1)}
          >
            ← {say("previous")}
          </button>
          <button
            class="btn btn-outline-primary"
            type="button"
            data-testid="next"
            disabled={step === all}
            onClick={() => go(step + 1)}
          >
            {say("next")} →
          </button>
        </div>
      </section>
      <aside class="panel-aside">
        {!isQuestions && (
          <Before
            told={facts.before[String(place)]}
            number={facts.number - 1}
            isBookmark={facts.method === "bookmark"}
          />
        )}
        {!isQuestions && (
          <div class="field">
            <label class="form-label" for="panel-note">
              {say("note")}
            </label>
            <textarea
              class="form-control"
              id="panel-note"
              rows={2}
              maxLength={1000}
              aria-describedby="panel-note-help"
              value={ratings[String(step)]?.note ?? ""}
              onInput={(event) => note(event.currentTarget.value)}
              onBlur={leaveNote}
            />
            <div class="form-text" id="panel-note-help">
              {say("note_hint")}
            </div>
          </div>
        )}
        {facts.method !== "hofstee" && (
          <details>
            <summary>{say("keys")}</summary>
            <p class="form-text">{say(`keys_${facts.method}`)}</p>
          </details>
        )}
      </aside>
    </div>
  );
}

/** Whether an item's number shows as done: rated, or before the bookmark. */
function isFilled(facts: Facts, ratings: Ratings, page: number): boolean {
  if (facts.method !== "bookmark") return isRated(ratings, page);
  return page < (ratings[String(BOOKMARK)]?.value ?? 0);
}
