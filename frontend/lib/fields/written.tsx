// A short answer or an essay: a text area that grows, with the count of its characters. A limit is
// told and cuts nothing: what somebody has written is theirs to shorten.
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { counted, limitsSaid } from "./characters";
import { Draft } from "./drafts";
import { useChange, words } from "./field";
import { LONGEST } from "./longest";
import type { ItemProps } from "./seat_type";

const LINE = 1.8; // em
const MOST_SHOWN = 24; // lines at the beginning

export function Written(props: ItemProps) {
  const { item, answer, name } = props;
  const say = words(props);
  const change = useChange(props);
  const value = typeof answer === "string" ? answer : "";
  const field = useRef<HTMLTextAreaElement>(null);
  const [typed, setTyped] = useState(value);
  const kept = useRef<Draft | null>(null);
  const give = useRef((_: string) => {});
  give.current = (text) => change(() => (text.trim() === "" ? null : text));
  kept.current ??= new Draft(value, (text) => give.current(text));
  const draft = kept.current;
  const take = (text: string, isComposing = false) => {
    draft.type(text, isComposing);
    setTyped(text);
  };
  // The browser owns the text: writing it while somebody types would throw the caret about.
  useLayoutEffect(() => {
    const area = field.current;
    if (!area || !draft.take(value)) return;
    if (area.value !== value) area.value = value;
    setTyped(area.value);
  }, [value, draft]);
  useEffect(() => () => draft.flush(), [draft]);
  const limits = limitsSaid(counted(typed), item, say);
  const longest = props.longest ?? LONGEST;
  const isFull = typed.length >= longest;
  return (
    <div class="written">
      <label for={`${name}-text`} class="field-help">
        {say("writeHere")} {limits.asked}
      </label>
      <textarea
        ref={field}
        id={`${name}-text`}
        class="text-field"
        data-testid="written"
        aria-describedby={`${name}-count`}
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        maxLength={longest}
        style={{ minHeight: `${Math.min(item.lines || 5, MOST_SHOWN) * LINE}em` }}
        onInput={(event) => take(event.currentTarget.value, event.isComposing)}
        onCompositionEnd={(event) => take(event.currentTarget.value)}
        onBlur={(event) => {
          take(event.currentTarget.value);
          draft.flush();
        }}
      />
      <p class="written-count" id={`${name}-count`}>
        <span class="figures" data-testid="written-count">
          {say("charactersWritten", { count: counted(typed) })}
        </span>{" "}
        <span role="status" class={limits.isOver || isFull ? "state state-attention" : ""}>
          {isFull ? say("noMoreFits", { most: longest }) : limits.state}
        </span>
      </p>
    </div>
  );
}
