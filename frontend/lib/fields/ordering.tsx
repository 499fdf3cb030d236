// Ordering: press the cards in order, or drag them; what is placed can still be moved.
import { useLayoutEffect, useRef } from "preact/hooks";
import { ItemHtml } from "../html";
import type { FormOption } from "../sealed";
import { LETTERS, orderOf, placedIds, putAt } from "./answers";
import { useDrag } from "./drag";
import { type FieldProps, useChange, words } from "./field";

const POOL = "pool";

export function Ordering(props: FieldProps) {
  const { item, answer, language } = props;
  const change = useChange(props);
  const say = words(props);
  const { root, focusNext } = useFocusAfterPlacing();
  const options = item.options ?? [];
  const placed = placedIds(item, answer);
  const waiting = options.filter((each) => !each.fixed && !placed.includes(each.id));
  const set = (next: (placed: string[]) => string[]) =>
    change((now) => orderOf(item, next(placedIds(item, now))));
  const put = (id: string, place: number) => set((now) => putAt(now, id, place));
  const take = (id: string) => set((now) => now.filter((each) => each !== id));
  const dragging = useDrag((id, target) => (target === POOL ? take(id) : put(id, Number(target))));
  const letterOf = (id: string) => LETTERS[options.findIndex((each) => each.id === id)] ?? "";
  return (
    <div class="ordering" ref={root}>
      <p class="field-help">{say("order")}</p>
      <section class="pool" aria-label={say("toPlace")} data-drop={POOL}>
        <h4>{say("toPlace")}</h4>
        {waiting.length === 0 && <p class="field-help">{say("allPlaced")}</p>}
        <div class="pool-cards">
          {waiting.map((option) => (
            <button
              type="button"
              class="order-card"
              key={option.id}
              data-testid={`order-${option.id}`}
              title={say("putNext", { place: placed.length + 1 })}
              onClick={() => {
                focusNext();
                put(option.id, placed.length);
              }}
              {...dragging(option.id)}
            >
              <span class="letter">{letterOf(option.id)}</span>
              <span class="option-text">
                <ItemHtml html={option.content} language={language} />
              </span>
            </button>
          ))}
        </div>
      </section>
      <section class="sequence" aria-label={say("placed")}>
        <h4>{say("placed")}</h4>
        <ol>
          {places(options, placed).map((each, place) => (
            <Place
              key={each.option?.id ?? `empty-${place}`}
              props={props}
              place={place}
              nth={each.nth}
              option={each.option}
              letter={each.option ? letterOf(each.option.id) : ""}
              last={placed.length - 1}
              put={put}
              take={take}
              handle={each.option && !each.option.fixed ? dragging(each.option.id) : {}}
            />
          ))}
        </ol>
      </section>
    </div>
  );
}

interface PlaceProps {
  props: FieldProps;
  place: number;
  nth: number;
  option: FormOption | undefined;
  letter: string;
  last: number;
  put: (id: string, place: number) => void;
  take: (id: string) => void;
  handle: object;
}

function Place({ props, place, nth, option, letter, last, put, take, handle }: PlaceProps) {
  const say = words(props);
  if (!option)
    return (
      <li
        class="place is-empty"
        data-drop={nth}
        aria-label={say("emptyPlace", { place: place + 1 })}
      >
        <span class="place-number">{place + 1}</span>
      </li>
    );
  const what = (key: "up" | "down" | "putBack") => `${say(key)} ${letter}`;
  return (
    <li
      class={`place ${option.fixed ? "is-given" : ""}`}
      data-testid={`place-${place + 1}`}
      {...(option.fixed ? {} : { "data-drop": nth })}
      {...handle}
    >
      <span class="place-number">{place + 1}</span>
      <span class="letter">{letter}</span>
      <span class="option-text">
        <ItemHtml html={option.content} language={props.language} />
      </span>
      {option.fixed ? (
        <span class="field-help">{say("given")}</span>
      ) : (
        <span class="place-acts">
          <button
            type="button"
            aria-label={what("up")}
            title={say("up")}
            disabled={nth === 0}
            onClick={() => put(option.id, nth - 1)}
          >
            ↑
          </button>
          <button
            type="button"
            aria-label={what("down")}
            title={say("down")}
            disabled={nth === last}
            onClick={() => put(option.id, nth + 1)}
          >
            ↓
          </button>
          <button
            type="button"
            aria-label={what("putBack")}
            title={say("putBack")}
            onClick={() => take(option.id)}
          >
            ✕
          </button>
        </span>
      )}
    </li>
  );
}

/** Every place of the order: what stands there, and the how-many-eth of the movable ones it is. */
function places(
  options: readonly FormOption[],
  placed: readonly string[],
): { option: FormOption | undefined; nth: number }[] {
  let nth = -1;
  return options.map((start) => {
    if (start.fixed) return { option: start, nth };
    nth += 1;
    const id = placed[nth];
    return { option: options.find((each) => each.id === id), nth };
  });
}

/**
 * The pressed card has left: the keyboard goes on with the next one, or with what is placed. This
 * happens while the page changes and not a frame later: in between, Enter would leave the question.
 */
function useFocusAfterPlacing() {
  const root = useRef<HTMLDivElement>(null);
  const isWanted = useRef(false);
  useLayoutEffect(() => {
    if (!isWanted.current) return;
    isWanted.current = false;
    const next = ".pool .order-card, .sequence button:not(:disabled)";
    root.current?.querySelector<HTMLElement>(next)?.focus();
  });
  const focusNext = () => {
    isWanted.current = true;
  };
  return { root, focusNext };
}
