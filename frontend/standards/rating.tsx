// How a place is rated: a probability in steps of five, yes or no, a bookmark, four questions.
import { type Facts, QUESTIONS, VALUES } from "./facts";
import type { Ratings } from "./keeper";
import { say } from "./words";

interface Props {
  facts: Facts;
  page: number;
  value: number | null;
  rate: (value: number) => void;
}

export function RatingOf(props: Props) {
  if (props.facts.method === "bookmark") return <Bookmark {...props} />;
  if (props.facts.method === "hofstee") return null;
  return <Values {...props} />;
}

function Values({ facts, value, rate }: Props) {
  const isYesNo = facts.method === "yes_no";
  const values = isYesNo ? [100, 0] : VALUES;
  const words = (each: number) => (isYesNo ? say(each ? "yes" : "no") : String(each));
  return (
    <fieldset class="panel-rating">
      <legend>{say(isYesNo ? "yes_no" : "angoff")}</legend>
      <div class="panel-values">
        {values.map((each) => (
          <button
            key={each}
            type="button"
            class="panel-value"
            aria-pressed={value === each}
            data-testid={`value-${each}`}
            onClick={() => rate(each)}
          >
            {words(each)}
          </button>
        ))}
      </div>
    </fieldset>
  );
}

function Bookmark({ facts, page, value, rate }: Props) {
  const isLast = page === facts.pages;
  const stands =
    value === null
      ? say("none_set")
      : value > facts.pages
        ? say("is_after")
        : value === page
          ? say("is_here")
          : say("is_at", { n: value });
  return (
    <div class="panel-rating">
      <p>{say("bookmark", { chance: facts.chance })}</p>
      <p class="form-text">{say("bookmark_hint")}</p>
      <div class="panel-moves">
        <button
          class="btn btn-outline-primary"
          type="button"
          aria-pressed={value === page}
          data-testid="set-here"
          onClick={() => rate(page)}
        >
          {say("set_here")}
        </button>
        {isLast && (
          <button
            class="btn btn-outline-primary"
            type="button"
            aria-pressed={value === page + 1}
            onClick={() => rate(page + 1)}
          >
            {say("set_after")}
          </button>
        )}
        <strong data-testid="bookmark">{stands}</strong>
      </div>
    </div>
  );
}

const NAMES = ["low", "high", "least", "most"] as const;

interface QuestionsProps {
  ratings: Ratings;
  rate: (place: number, value: number | null) => void;
}

export function Questions({ ratings, rate }: QuestionsProps) {
  const [low, high, least, most] = QUESTIONS.map((place) => ratings[String(place)]?.value ?? null);
  const falls = (one?: number | null, other?: number | null) =>
    one != null && other != null && one >= other;
  return (
    <div class="panel-questions">
      {QUESTIONS.map((place, number) => {
        const name = NAMES[number] ?? "low";
        const id = `question${place}`;
        return (
          <div class="field" key={place}>
            <label class="form-label" for={id}>
              {say(name)}
            </label>
            <div class="input-group">
              <input
                class="form-control"
                id={id}
                type="number"
                min="0"
                max="100"
                step="1"
                value={ratings[String(place)]?.value ?? ""}
                data-testid={name}
                onInput={(event) => {
                  const typed = event.currentTarget;
                  if (!typed.checkValidity()) return;
                  rate(place, typed.value === "" ? null : typed.valueAsNumber);
                }}
              />
              <span class="input-group-text">{say(number < 2 ? "of_100" : "percent")}</span>
            </div>
          </div>
        );
      })}
      {(falls(low, high) || falls(least, most)) && <p role="alert">{say("not_rising")}</p>}
    </div>
  );
}
