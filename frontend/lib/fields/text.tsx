// A field for a text: what is typed becomes an answer by the rule of drafts.
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { Draft } from "./drafts";

interface TextProps {
  value: string;
  label: string;
  onText: (text: string) => void;
  longest: number;
  id?: string;
  testId?: string;
  mode?: "decimal" | "text";
  describedBy?: string;
}

export function TextField(props: TextProps) {
  const { value, onText } = props;
  const field = useRef<HTMLInputElement>(null);
  const give = useRef(onText);
  give.current = onText;
  const kept = useRef<Draft | null>(null);
  kept.current ??= new Draft(value, (text) => give.current(text));
  const draft = kept.current;
  // The browser owns the text: writing it while somebody types would throw the caret about.
  useLayoutEffect(() => {
    const input = field.current;
    if (input && draft.take(value) && input.value !== value) input.value = value;
  }, [value, draft]);
  useEffect(() => () => draft.flush(), [draft]);
  return (
    <input
      ref={field}
      id={props.id}
      class="text-field"
      type="text"
      data-testid={props.testId}
      aria-label={props.label}
      aria-describedby={props.describedBy}
      inputMode={props.mode}
      autocomplete="off"
      autocapitalize="off"
      spellcheck={false}
      maxLength={props.longest}
      onInput={(event) => draft.type(event.currentTarget.value, event.isComposing)}
      onCompositionEnd={(event) => draft.type(event.currentTarget.value)}
      onBlur={(event) => {
        draft.type(event.currentTarget.value);
        draft.flush();
      }}
    />
  );
}
