// The review at the end of a run: all questions, or only those that were not right; printable.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { ReviewedItem, verdictOf } from "./reviewed";
import { fetchReview } from "./run";
import type { Reviewed } from "./types";
import { say } from "./words";

export function Review({ lang }: { lang: string }) {
  const entries = useSignal<Reviewed[] | null>(null);
  const isShort = useSignal(false);
  useEffect(() => {
    void fetchReview().then((found) => {
      entries.value = found;
    });
  }, []);
  if (entries.value === null) return <p>{say("loading")}</p>;
  const wrong = entries.value.filter((each) => verdictOf(each) !== "right");
  const listed = isShort.value ? wrong : entries.value;
  return (
    <section class="review" aria-labelledby="review-title" data-testid="review">
      <h2 id="review-title">{say("reviewTitle")}</h2>
      <div class="moves no-print">
        <label class="switch">
          <input
            type="checkbox"
            checked={isShort.value}
            onChange={(event) => {
              isShort.value = event.currentTarget.checked;
            }}
          />
          {say("onlyWrong", { count: wrong.length })}
        </label>
        <button type="button" onClick={() => window.print()}>
          {say("print")}
        </button>
      </div>
      {listed.length === 0 && <p>{say("allRight")}</p>}
      {listed.map((entry) => (
        <ReviewedItem key={entry.number} entry={entry} lang={lang} />
      ))}
    </section>
  );
}
