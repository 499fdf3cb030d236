// Matching: each left has a place for one right, by dragging or from a list of letters.
import { ItemHtml } from "../html";
import { LETTERS, matched, pairsOf } from "./answers";
import { useDrag } from "./drag";
import { type FieldProps, useChange, words } from "./field";

const OUT = "out";

export function Matching(props: FieldProps) {
  const { item, answer, language } = props;
  const change = useChange(props);
  const say = words(props);
  const rights = item.right ?? [];
  const pairs = pairsOf(answer);
  const letterOf = (right: string) => LETTERS[rights.findIndex((each) => each.id === right)] ?? "";
  const put = (left: string, right: string | null) =>
    change((now) => matched(item, now, left, right));
  // A card's id says where it comes from: the list of rights, or the place it stands in.
  const dragging = useDrag((id, target) => {
    const [from, right] = split(id);
    if (target === OUT) {
      if (from !== OUT) put(from, null);
    } else if (right) put(target, right);
  });
  return (
    <div class="matching">
      <p class="field-help">
        {say("match")} {say(item.reuse ? "matchReuse" : "matchOnce")}
      </p>
      <ol class="lefts">
        {(item.left ?? []).map((left, place) => {
          const right = pairs.find(([one]) => one === left.id)?.[1];
          const option = rights.find((each) => each.id === right);
          return (
            <li class="left" key={left.id}>
              <div class="left-text">
                <ItemHtml html={left.content} language={language} />
              </div>
              <div class={`slot ${option ? "is-filled" : ""}`} data-drop={left.id}>
                <select
                  data-testid={`match-${left.id}`}
                  aria-label={say("matchFor", { number: place + 1 })}
                  value={right ?? ""}
                  onChange={(event) => put(left.id, event.currentTarget.value || null)}
                >
                  <option value="">{say("notMatched")}</option>
                  {rights.map((each) => (
                    <option key={each.id} value={each.id}>
                      {named(props, letterOf(each.id), left.id, each.id)}
                    </option>
                  ))}
                </select>
                {option && (
                  <div class="slot-card" {...dragging(`${left.id} ${option.id}`)}>
                    <span class="option-text">
                      <ItemHtml html={option.content} language={language} />
                    </span>
                    <button
                      type="button"
                      class="quiet"
                      aria-label={say("takeOut", { letter: letterOf(option.id) })}
                      onClick={() => put(left.id, null)}
                    >
                      ✕
                    </button>
                  </div>
                )}
              </div>
            </li>
          );
        })}
      </ol>
      <section class="rights" aria-label={say("rights")} data-drop={OUT}>
        <ul>
          {rights.map((right) => {
            const isUsed = pairs.some(([, other]) => other === right.id);
            return (
              <li
                key={right.id}
                data-testid={`right-${right.id}`}
                class={`right ${isUsed && !item.reuse ? "is-used" : ""}`}
                {...dragging(`${OUT} ${right.id}`)}
              >
                <span class="letter">{letterOf(right.id)}</span>
                <span class="option-text">
                  <ItemHtml html={right.content} language={language} />
                </span>
              </li>
            );
          })}
        </ul>
      </section>
    </div>
  );
}

/** A right in the list of a left: its letter, and where it stands already if it may stand once. */
function named(props: FieldProps, letter: string, left: string, right: string): string {
  const { item, answer } = props;
  const user = pairsOf(answer).find(([one, other]) => other === right && one !== left)?.[0];
  if (item.reuse || user === undefined) return letter;
  const number = (item.left ?? []).findIndex((each) => each.id === user) + 1;
  return words(props)("usedAt", { letter, number });
}

function split(id: string): [string, string] {
  const [from = OUT, right = ""] = id.split(" ");
  return [from, right];
}
