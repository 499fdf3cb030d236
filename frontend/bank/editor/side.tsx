// The narrow column: where the item belongs, how hard it is, its language, and what is wrong yet.
import { useState } from "preact/hooks";
import type { Problem } from "../../lib/http";
import { say } from "../words";
import { TextField } from "./fields";
import { explain, explanationIn, OWN } from "./model";
import { goTo } from "./rich";
import {
  advice,
  change,
  differences,
  edited,
  facts,
  hasTried,
  language,
  languageTag,
  type PointChoice,
  problems,
} from "./state";
import { Twins } from "./twins";

const MOST_SHOWN = 40;

export function Side() {
  const item = edited.value;
  return (
    <aside class="editor-side" aria-label={say("facts")}>
      <Languages />
      <PointPicker />
      <fieldset class="field difficulty" data-where="difficulty">
        <legend class="form-label">{say("difficulty")}</legend>
        {([1, 2, 3, 4, 5] as const).map((number) => (
          <label key={number}>
            <input
              type="radio"
              class="form-check-input"
              name="difficulty"
              checked={item.difficulty === number}
              onChange={() => change((next) => Object.assign(next, { difficulty: number }))}
            />
            <span>
              {number} {say(`difficulty${number}`)}
            </span>
          </label>
        ))}
      </fieldset>
      {!facts.value.item.uid && (
        <TextField
          where="code"
          label={say("code")}
          help={say("codeHelp")}
          value={item.code}
          onInput={(text) => change((next) => Object.assign(next, { code: text }))}
        />
      )}
      <label class="paper-field">
        <span class="form-label">{say("explanation")}</span>
        <textarea
          class="form-control form-control-sm"
          rows={3}
          data-where="explanation"
          lang={languageTag(language.value)}
          placeholder={language.value === OWN ? "" : item.explanation}
          value={explanationIn(item, language.value)}
          onInput={(event) => {
            const text = event.currentTarget.value;
            change((next) => explain(next, language.value, text));
          }}
        />
        <span class="form-text">{say("explanationHelp")}</span>
      </label>
      <Problems />
      <Twins />
    </aside>
  );
}

function Languages() {
  const codes = facts.value.languages.map(({ tag, name }, place) => ({
    code: place === 0 ? OWN : tag,
    name,
  }));
  return (
    <div class="field">
      <fieldset class="language-tabs">
        <legend class="form-label">{say("language")}</legend>
        {codes.map(({ code, name }) => (
          <button
            key={code}
            type="button"
            class="language-tab"
            data-testid={`language-${code || "own"}`}
            aria-pressed={language.value === code}
            onClick={() => {
              language.value = code;
            }}
          >
            {name}
          </button>
        ))}
      </fieldset>
      {language.value !== OWN && <p class="form-text">{say("translationHelp")}</p>}
    </div>
  );
}

/** A combobox: type a part of code or name, arrows walk what fits, Enter takes it. */
function PointPicker() {
  const chosen = facts.value.points.find((point) => point.code === edited.value.point);
  const [typed, setTyped] = useState<string | null>(null);
  const [at, setAt] = useState(0);
  const fitting = typed === null ? [] : pointsLike(facts.value.points, typed);
  const take = (point: PointChoice | undefined) => {
    if (!point) return;
    change((next) => Object.assign(next, { point: point.code }));
    setTyped(null);
  };
  const press = (event: KeyboardEvent) => {
    if (event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      if (typed === null) setTyped("");
      else setAt(Math.min(Math.max(at + step, 0), fitting.length - 1));
    } else if (event.key === "Enter" && typed !== null) {
      event.preventDefault();
      take(fitting[at]);
    } else if (event.key === "Escape") setTyped(null);
  };
  return (
    <div class="field point-picker">
      <label class="form-label" for="point">
        {say("point")}
      </label>
      <input
        class="form-control form-control-sm"
        id="point"
        role="combobox"
        aria-expanded={typed !== null}
        aria-controls="point-list"
        aria-autocomplete="list"
        aria-activedescendant={typed !== null && fitting[at] ? `point-${at}` : undefined}
        autocomplete="off"
        data-where="point"
        data-testid="point"
        placeholder={say("findPoint")}
        value={typed ?? (chosen ? `${chosen.code} ${chosen.name}` : "")}
        onFocus={(event) => event.currentTarget.select()}
        onInput={(event) => {
          setTyped(event.currentTarget.value);
          setAt(0);
        }}
        onKeyDown={press}
        onBlur={() => setTyped(null)}
      />
      <div
        class="point-list"
        id="point-list"
        role="listbox"
        tabIndex={-1}
        aria-label={say("point")}
        hidden={typed === null}
      >
        {fitting.map((point, place) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the field above takes the keys
          <div
            key={point.code}
            id={`point-${place}`}
            role="option"
            tabIndex={-1}
            aria-selected={place === at}
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => take(point)}
          >
            <strong>{point.code}</strong> {point.name}
            {point.inside && <small>{point.inside}</small>}
          </div>
        ))}
        {typed !== null && fitting.length === 0 && (
          <div role="option" tabIndex={-1} aria-selected="false" aria-disabled="true">
            {say("noPoint")}
          </div>
        )}
      </div>
      {chosen?.inside && <p class="form-text">{chosen.inside}</p>}
    </div>
  );
}

export function pointsLike(points: PointChoice[], typed: string): PointChoice[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = (point: PointChoice) => {
    const text = `${point.code} ${point.name} ${point.inside}`.toLowerCase();
    return words.every((word) => text.includes(word));
  };
  return points.filter(fits).slice(0, MOST_SHOWN);
}

export function Problems() {
  const found = problems.value;
  return (
    <section class="editor-problems" aria-labelledby="problems-title" data-testid="problems">
      <h2 id="problems-title">
        {say(hasTried.value ? "problems" : "stillMissing")}{" "}
        <span class="figures">({found.length})</span>
      </h2>
      {found.length === 0 && <p class="state state-ok">✓ {say("noProblems")}</p>}
      <ProblemList list={found} kind={hasTried.value ? "danger" : "missing"} />
      {differences.value.length > 0 && (
        <>
          <h3>
            {say("differences")} <span class="figures">({differences.value.length})</span>
          </h3>
          <ProblemList list={differences.value} kind="attention" />
        </>
      )}
      {advice.value.length > 0 && (
        <>
          <h3>
            {say("advice")} <span class="figures">({advice.value.length})</span>
          </h3>
          <ProblemList list={advice.value} kind="missing" />
        </>
      )}
    </section>
  );
}

function ProblemList({
  list,
  kind,
}: {
  list: Problem[];
  kind: "danger" | "attention" | "missing";
}) {
  return (
    <ul class="problem-list">
      {list.map((problem) => (
        <li key={`${problem.where}-${problem.code}`} class={`is-${kind}`}>
          <span>
            <strong>{problem.place}</strong> {problem.message}
          </span>
          <button
            type="button"
            class="btn btn-sm btn-link"
            onClick={() => showPlace(problem.where)}
          >
            {say("goThere")}
          </button>
        </li>
      ))}
    </ul>
  );
}

/** Show a problem's place: in the language it stands in. */
function showPlace(where: string): void {
  const translated = /^translations\.(\w+)\./.exec(where)?.[1];
  language.value = translated ?? OWN;
  requestAnimationFrame(() => requestAnimationFrame(() => goTo(where)));
}
