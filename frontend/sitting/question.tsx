// One question with its number, mark and field.

import { useLayoutEffect, useRef } from "preact/hooks";
import { hasSomething } from "../lib/fields/answers";
import { ItemView } from "../lib/fields/item";
import { Icon } from "../lib/icon";
import type { FormItem } from "../lib/sealed";
import { wanted } from "./places";
import type { Seat } from "./seat";
import * as state from "./state";
import { view } from "./view";
import { language, markText, say } from "./words";

interface QuestionProps {
  seat: Seat;
  item: FormItem;
  number: number;
}

export function Question({ seat, item, number }: QuestionProps) {
  const { position } = item;
  const heading = useRef<HTMLHeadingElement>(null);
  const answer = state.answers.value[String(position)] ?? null;
  const isFlagged = state.flagged.value.has(position);
  const name = `question-${position}`;
  const asked = wanted.value;
  useLayoutEffect(() => {
    if (asked.number !== number) return;
    if (view.peek().mode === "one") scrollTo(0, 0);
    else heading.current?.closest("article")?.scrollIntoView({ block: "start" });
    heading.current?.focus({ preventScroll: true });
  }, [asked, number]);
  return (
    <article
      class={`question is-${item.type}`}
      data-testid="question"
      data-position={position}
      data-number={number}
      aria-labelledby={`${name}-title`}
      lang={state.paperLanguage.value === "en" ? "en" : "zh-Hans-CN"}
    >
      <h3 id={`${name}-title`} tabIndex={-1} ref={heading}>
        {say("question", { number })} <small>{say("marks", { mark: markText(item.mark) })}</small>
        {isFlagged && (
          <small class="flag-mark">
            <Icon name="flag" /> {say("flagged")}
          </small>
        )}
      </h3>
      <ItemView
        item={item}
        answer={answer}
        onAnswer={(given) => void seat.change("answer", position, given)}
        language={language.value}
        name={name}
        hasKeys={view.value.hasKeys}
      />
      {hasSomething(answer) && (
        <button
          class="quiet clear"
          type="button"
          data-testid="clear"
          onClick={() => {
            void seat.change("answer", position, null);
            heading.current?.focus({ preventScroll: true });
          }}
        >
          {say("clear")}
        </button>
      )}
    </article>
  );
}
