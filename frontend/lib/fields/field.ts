// What every field of an item is given.
import { useRef } from "preact/hooks";
import type { Language } from "../i18n";
import type { Answer } from "../outbox";
import type { FormItem, ItemContent } from "../sealed";
import { type FieldSay, fieldSay } from "./words";

export type AnyItem = ItemContent & Pick<FormItem, "parts" | "translations">;

export interface FieldProps {
  item: AnyItem;
  answer: Answer;
  onAnswer: (answer: Answer) => void;
  language: Language;
  /** Unlike any other on the page: radio buttons and labels are named by it. */
  name: string;
}

export function words(props: Pick<FieldProps, "language">): FieldSay {
  return fieldSay(props.language);
}

/** Change the newest answer: two changes between two renderings must not undo each other. */
export function useChange({
  answer,
  onAnswer,
}: Pick<FieldProps, "answer" | "onAnswer">): (change: (now: Answer) => Answer) => void {
  const newest = useRef(answer);
  newest.current = answer;
  const tell = useRef(onAnswer);
  tell.current = onAnswer;
  return (change) => {
    newest.current = change(newest.current);
    tell.current(newest.current);
  };
}
