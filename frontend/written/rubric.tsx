// The rubric beside an answer: a field for each criterion, its levels as buttons, the sum.
import { type Criterion, chosenByKey, type Facts, type Points, sums, trouble } from "./points";
import { say } from "./words";

interface RubricProps {
  facts: Facts;
  points: Points;
  note: string;
  showsTrouble: boolean;
  isBusy: boolean;
  type: (id: string, typed: string) => void;
  write: (note: string) => void;
  give: () => void;
  ask: () => void;
}

function field(id: string): HTMLInputElement | null {
  return document.querySelector(`[data-criterion="${id}"] input`);
}

export function Rubric(props: RubricProps) {
  const { facts, points, type, give } = props;
  const ids = facts.criteria.map((each) => each.id);
  const go = (from: string, by: number): boolean => {
    const next = ids[ids.indexOf(from) + by];
    if (next === undefined) return false;
    field(next)?.focus();
    field(next)?.select();
    return true;
  };
  const press = (event: KeyboardEvent, criterion: Criterion) => {
    const chosen = chosenByKey(criterion, event.key);
    if (chosen !== null) type(criterion.id, chosen);
    else if (event.key === "ArrowDown") go(criterion.id, 1);
    else if (event.key === "ArrowUp") go(criterion.id, -1);
    else if (event.key === "Enter" && !event.isComposing) {
      if (!go(criterion.id, 1)) give();
    } else return;
    event.preventDefault();
  };
  const { given, whole } = sums(facts, points);
  return (
    <section class="desk-rubric" aria-labelledby="criteria-title">
      <h2 id="criteria-title">{say("criteria")}</h2>
      <ol>
        {facts.criteria.map((each) => (
          <Row
            key={each.id}
            criterion={each}
            typed={points[each.id] ?? ""}
            showsMissing={props.showsTrouble}
            type={(typed) => type(each.id, typed)}
            press={(event) => press(event, each)}
          />
        ))}
      </ol>
      <p class="desk-sum">
        <strong data-testid="sum">{say("sum", { given, whole })}</strong>{" "}
        <span class="form-text">{say("mark", { most: facts.max_mark })}</span>
      </p>
      <label class="field d-block">
        <span class="form-label">{say("note")}</span>
        <textarea
          class="form-control"
          rows={2}
          value={props.note}
          aria-describedby="note-hint"
          onInput={(event) => props.write(event.currentTarget.value)}
        />
        <span class="form-text" id="note-hint">
          {say("note_hint")}
        </span>
      </label>
      <div class="desk-acts">
        <button
          class="btn btn-primary"
          type="button"
          disabled={props.isBusy}
          data-testid="give"
          onClick={give}
        >
          {say("give")} <kbd>{say("give_key")}</kbd>
        </button>
        <button class="btn btn-outline-primary" type="button" onClick={props.ask}>
          {say("ask")} <kbd>{say("ask_key")}</kbd>
        </button>
      </div>
      <details class="desk-keys">
        <summary>{say("keys")}</summary>
        <p>{say("keys_text")}</p>
      </details>
    </section>
  );
}

interface RowProps {
  criterion: Criterion;
  typed: string;
  showsMissing: boolean;
  type: (typed: string) => void;
  press: (event: KeyboardEvent) => void;
}

function Row({ criterion, typed, showsMissing, type, press }: RowProps) {
  const { id, points: most } = criterion;
  const found = trouble(criterion, typed);
  const told = found === "missing" && !showsMissing ? null : found;
  return (
    <li data-criterion={id}>
      <div class="criterion-line">
        <span class="criterion-words" id={`words-${id}`}>
          {criterion.words}
        </span>
        <span class="criterion-points">
          {criterion.levels.length === 0 && (
            <Level points={most} words={say("all_points", { points: most })} {...{ typed, type }} />
          )}
          <input
            class="form-control"
            type="text"
            inputMode="decimal"
            autocomplete="off"
            maxLength={8}
            value={typed}
            aria-labelledby={`words-${id}`}
            aria-describedby={`most-${id}${told ? ` wrong-${id}` : ""}`}
            aria-invalid={told !== null}
            onInput={(event) => type(event.currentTarget.value)}
            onKeyDown={press}
            onFocus={(event) => event.currentTarget.select()}
          />
          <span id={`most-${id}`}>{say("of", { most })}</span>
        </span>
      </div>
      <div class="criterion-levels">
        {criterion.levels.map((level) => (
          <Level
            key={level.points}
            points={level.points}
            words={say("level", { points: level.points, words: level.words })}
            {...{ typed, type }}
          />
        ))}
      </div>
      {told && (
        <span class="field-error" id={`wrong-${id}`}>
          {say(told, { most })}
        </span>
      )}
    </li>
  );
}

function Level(props: {
  points: string;
  words: string;
  typed: string;
  type: (points: string) => void;
}) {
  return (
    <button
      class="chip"
      type="button"
      tabIndex={-1}
      aria-pressed={props.typed === props.points}
      onClick={() => props.type(props.points)}
    >
      {props.words}
    </button>
  );
}
