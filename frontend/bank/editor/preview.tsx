// The item as a candidate will see it, drawn by the very parts that the paper is made of. It can
// be tried out: what is answered here goes nowhere.
import { signal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import type { AnyItem } from "../../lib/fields/field";
import { ItemView } from "../../lib/fields/item";
import { localized } from "../../lib/fields/localized";
import type { Language } from "../../lib/i18n";
import type { Answer } from "../../lib/outbox";
import { say } from "../words";
import { closed, type StoredItem } from "./model";
import { shownItem } from "./shown_item";
import { edited, facts, language, languageTag, samples } from "./state";

const asPhone = signal(false);
const answer = signal<Answer>(null);
const chosen = signal(0); // of the values that were drawn

export function Preview() {
  const now = closed(edited.value);
  const sample = samples.value[chosen.value] ?? samples.value[0];
  const stored = sample
    ? { ...now, type: sample.type, content: sample.content, key: sample.key }
    : now;
  const spoken = language.value || facts.value.language;
  return (
    <section class="editor-preview" aria-label={say("preview")}>
      <header>
        <h2>{say("preview")}</h2>
        <fieldset class="preview-widths">
          <legend class="visually-hidden">{say("preview")}</legend>
          {[false, true].map((each) => (
            <button
              key={String(each)}
              type="button"
              class="language-tab"
              data-testid={each ? "as-phone" : "as-pc"}
              aria-pressed={asPhone.value === each}
              onClick={() => {
                asPhone.value = each;
              }}
            >
              {say(each ? "asPhone" : "asPc")}
            </button>
          ))}
        </fieldset>
      </header>
      {samples.value.length > 0 && <Drawn answer={sample?.words ?? ""} />}
      <div class={`preview-paper ${asPhone.value ? "is-phone" : "is-pc"}`} data-testid="preview">
        <Tried
          key={`${stored.type} ${sample ? chosen.value : ""}`}
          stored={stored}
          spoken={spoken}
        />
      </div>
    </section>
  );
}

/** Which of some drawn values are shown, and the answer to them. */
function Drawn({ answer: words }: { answer: string }) {
  return (
    <div class="preview-drawn" data-testid="drawn">
      <div class="preview-widths">
        {samples.value.map((_, place) => (
          <button
            key={String(place)}
            type="button"
            class="language-tab"
            aria-pressed={chosen.value === place}
            onClick={() => {
              chosen.value = place;
            }}
          >
            {say("drawnSample", { number: place + 1 })}
          </button>
        ))}
      </div>
      <p class="form-text is-key">{say("drawnAnswer", { answer: words })}</p>
    </div>
  );
}

/** The fields' own words: there are those of two languages. */
function wordsFor(spoken: string): Language {
  return spoken.startsWith("zh") ? "zh_Hans_CN" : "en";
}

function Tried({ stored, spoken }: { stored: StoredItem; spoken: string }) {
  useMemo(() => {
    answer.value = null;
  }, []);
  const item: AnyItem = localized(shownItem(stored), spoken);
  return (
    <article class="preview-question" lang={languageTag(spoken)}>
      <ItemView
        item={item}
        name="preview"
        language={wordsFor(spoken)}
        answer={answer.value}
        onAnswer={(given) => {
          answer.value = given;
        }}
      />
    </article>
  );
}
