// An answered question once more: own answer, right answer, explanation, point of the blueprint.

import { useEffect, useRef } from "preact/hooks";
import { chosenIds } from "../lib/fields/answers";
import { ItemView } from "../lib/fields/item";
import { ItemHtml } from "../lib/html";
import type { Answer } from "../lib/outbox";
import type { Reviewed } from "./types";
import { language, say } from "./words";

/** Types whose right answer is seen, not read. */
const SHOWN = new Set(["matching", "ordering", "hotspot", "item_set"]);

const CHOSEN = new Set(["single", "multiple", "true_false"]);

export type Verdict = "right" | "wrong" | "inPart" | "notAnswered" | "notMarked";

export function verdictOf(entry: Reviewed): Verdict {
  if (entry.answer === null) return "notAnswered";
  if (entry.is_right === null) return "notMarked";
  if (entry.is_right) return "right";
  return Number(entry.earned ?? 0) > 0 ? "inPart" : "wrong";
}

const SIGNS: Record<Verdict, string> = {
  right: "✓",
  wrong: "✗",
  inPart: "◐",
  notAnswered: "○",
  notMarked: "?",
};

export function ReviewedItem({ entry, lang }: { entry: Reviewed; lang: string }) {
  const verdict = verdictOf(entry);
  const own = useRef<HTMLDivElement>(null);
  useEffect(() => markRight(own.current, entry), [entry]);
  const isShown = SHOWN.has(entry.item.type) && verdict !== "right";
  return (
    <article class={`reviewed is-${verdict}`} data-testid={`reviewed-${entry.number}`}>
      <h3>
        {say("question", { number: entry.number })}{" "}
        <span class="verdict">
          <span aria-hidden="true">{SIGNS[verdict]}</span> {say(verdict)}
          {entry.mark !== null && entry.earned !== null && (
            <small> {say("marksOf", { earned: entry.earned, mark: entry.mark })}</small>
          )}
        </span>
      </h3>
      <div lang={lang.replace(/_/g, "-")}>
        <div ref={own}>
          <Asked entry={entry} answer={entry.answer} name={`own-${entry.number}`} />
        </div>
        <p class="right-answer">
          <strong>{say("rightAnswer")}</strong> {entry.right_words}
        </p>
        {isShown && (
          <div class="is-key" aria-hidden="true">
            <Asked entry={entry} answer={entry.right} name={`key-${entry.number}`} />
          </div>
        )}
        {entry.explanation && (
          <div class="explanation">
            <strong>{say("explanation")}</strong>{" "}
            <ItemHtml html={entry.explanation} language={language} />
          </div>
        )}
      </div>
      <p class="soft">
        {say("point")} {entry.point.code} {entry.point.name}
      </p>
    </article>
  );
}

/** Frame the right options where they stand. */
function markRight(place: HTMLElement | null, { item, right }: Reviewed): void {
  if (!CHOSEN.has(item.type)) return;
  for (const id of chosenIds(right))
    place?.querySelector(`[data-testid="option-${id}"]`)?.classList.add("is-key-option");
}

function Asked({ entry, answer, name }: { entry: Reviewed; answer: Answer; name: string }) {
  return (
    <fieldset disabled class={`asked question is-${entry.item.type}`}>
      <ItemView
        item={entry.item}
        answer={answer}
        onAnswer={() => undefined}
        language={language}
        name={name}
      />
    </fieldset>
  );
}
