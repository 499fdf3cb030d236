// One question: stem, and the native field of each item type.
import { useEffect, useRef, useState } from "preact/hooks";
import { ItemHtml } from "../lib/html";
import type { Answer } from "../lib/outbox";
import type { FormItem } from "../lib/sealed";
import type { Seat } from "./seat";
import { answers, isAnswered, shownOptions } from "./state";
import { say } from "./words";

const IDLE_MS = 1000;
// Far below the 64 KB of an answer: a line that carries more would be cut.
const LONGEST_TEXT = 2000;

export function Question({ seat, item, number }: { seat: Seat; item: FormItem; number: number }) {
  const answer = answers.value[String(item.position)] ?? null;
  const give = (given: Answer) => seat.change("answer", item.position, given);
  return (
    <article class="question" data-testid="question" aria-labelledby="question-title">
      <h2 id="question-title">
        {say("question", { number })} <small>{say("marks", { mark: item.mark })}</small>
      </h2>
      <div class="stem">
        <ItemHtml
          html={item.stem}
          blank={(blank) => <Blank item={item} blank={blank} answer={answer} give={give} />}
        />
      </div>
      <Field item={item} answer={answer} give={give} />
      {isAnswered(answer) && (
        <button class="quiet" type="button" onClick={() => give(null)}>
          {say("clear")}
        </button>
      )}
    </article>
  );
}

interface FieldProps {
  item: FormItem;
  answer: Answer;
  give: (answer: Answer) => void;
}

function Field({ item, answer, give }: FieldProps) {
  if (item.type === "numeric") return <Numeric item={item} answer={answer} give={give} />;
  if (item.type === "text_entry") return null;
  return <Options item={item} answer={answer} give={give} />;
}

function Options({ item, answer, give }: FieldProps) {
  const isMultiple = item.type === "multiple";
  const chosen = chosenIds(answer);
  return (
    <fieldset class="options">
      <legend>{say(isMultiple ? "chooseSeveral" : "chooseOne")}</legend>
      {shownOptions(item).map((option, place) => (
        <label class="option" key={option.id} data-testid={`option-${option.id}`}>
          <input
            type={isMultiple ? "checkbox" : "radio"}
            name={`question-${item.position}`}
            checked={chosen.includes(option.id)}
            onChange={() => give(toggled(item, chosen, option.id))}
          />
          <span class="letter">{"ABCDEFGH"[place]}</span>
          <span class="option-text">
            <ItemHtml html={option.content} />
          </span>
        </label>
      ))}
    </fieldset>
  );
}

export function chosenIds(answer: Answer | undefined): string[] {
  if (Array.isArray(answer)) return answer.filter((each) => typeof each === "string");
  return typeof answer === "string" ? [answer] : [];
}

/** The answer after an option has been chosen (again). */
export function toggled(item: FormItem, chosen: string[], id: string): Answer {
  if (item.type !== "multiple") return id;
  const next = chosen.includes(id) ? chosen.filter((each) => each !== id) : [...chosen, id];
  return next.length > 0 ? next.sort() : null;
}

function Numeric({ item, answer, give }: FieldProps) {
  return (
    <div class="numeric">
      <span>{say("yourAnswer")}</span>
      <Text
        key={item.position}
        value={typeof answer === "string" ? answer : ""}
        testId="numeric"
        label={say("yourAnswer")}
        mode="decimal"
        give={(text) => give(text === "" ? null : text)}
      />
      {item.unit && <span class="unit">{item.unit}</span>}
    </div>
  );
}

function Blank({ item, blank, answer, give }: FieldProps & { blank: string }) {
  const texts = filledTexts(answer);
  const set = (text: string) => {
    const next = { ...texts, [blank]: text };
    give(Object.values(next).some((each) => each !== "") ? next : null);
  };
  return (
    <Text
      key={`${item.position}-${blank}`}
      value={texts[blank] ?? ""}
      testId={`blank-${blank}`}
      label={say("blank", { blank })}
      give={set}
    />
  );
}

/** The texts of an answer to blanks. */
function filledTexts(answer: Answer): Record<string, string> {
  if (answer === null || typeof answer !== "object" || Array.isArray(answer)) return {};
  const entries = Object.entries(answer).filter(
    (each): each is [string, string] => typeof each[1] === "string",
  );
  return Object.fromEntries(entries);
}

interface TextProps {
  value: string;
  testId: string;
  label?: string;
  mode?: "decimal";
  give: (text: string) => void;
}

/** A text field: what is typed becomes a change after a second's rest or on leaving. */
function Text({ value, testId, label, mode, give }: TextProps) {
  const [typed, setTyped] = useState(value);
  const latest = useRef({ typed, value, give });
  latest.current = { typed, value, give };
  const flush = () => {
    const { typed, value, give } = latest.current;
    if (typed !== value) give(typed);
  };
  useEffect(() => setTyped(value), [value]);
  useEffect(() => {
    const timer = setTimeout(flush, IDLE_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  useEffect(() => flush, []);
  return (
    <input
      class="text-field"
      data-testid={testId}
      aria-label={label}
      inputMode={mode}
      autocomplete="off"
      maxLength={LONGEST_TEXT}
      value={typed}
      onInput={(event) => setTyped(event.currentTarget.value)}
      onBlur={flush}
    />
  );
}
