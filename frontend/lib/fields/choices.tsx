// Single and multiple choice, true or false: options as cards with their letters.
import { ItemHtml } from "../html";
import { chosenIds, LETTERS, toggled } from "./answers";
import { type FieldProps, useChange, words } from "./field";

/** Places whose letter is a key of its own elsewhere: F flags, so the sixth is chosen by 6. */
const BY_NUMBER_ONLY = new Set([5]);

const MARKING = {
  part_marks: "markedInPart",
  minus: "markedWithMinus",
  by_option: "markedByOption",
} as const;

export function Choices(props: FieldProps & { hasKeys?: boolean }) {
  const { item, answer, language, name } = props;
  const change = useChange(props);
  const say = words(props);
  const isMultiple = item.type === "multiple";
  const chosen = chosenIds(answer);
  return (
    <fieldset class={`options ${isMultiple ? "is-multiple" : ""}`}>
      <legend>
        {say(isMultiple ? "chooseSeveral" : "chooseOne")}
        {item.marking && <small class="marking-told">{say(MARKING[item.marking])}</small>}
      </legend>
      {(item.options ?? []).map((option, place) => {
        const isChosen = chosen.includes(option.id);
        return (
          <label
            class={`option ${isChosen ? "is-chosen" : ""}`}
            key={option.id}
            data-testid={`option-${option.id}`}
          >
            <input
              type={isMultiple ? "checkbox" : "radio"}
              name={name}
              value={option.id}
              checked={isChosen}
              onChange={() => change((now) => toggled(item.type, now, option.id))}
            />
            <span class="letter">{LETTERS[place]}</span>
            <span class="option-text">
              <ItemHtml html={option.content} language={language} />
            </span>
            {props.hasKeys && BY_NUMBER_ONLY.has(place) && (
              <kbd class="option-key">{place + 1}</kbd>
            )}
          </label>
        );
      })}
    </fieldset>
  );
}
