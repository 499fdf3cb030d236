// A text of the item, edited in the look a candidate will see.
import { Editor } from "@tiptap/core";
import { useLayoutEffect, useRef } from "preact/hooks";
import { say } from "../words";
import { askFormula, askPicture } from "./asking";
import { extensionsFor } from "./extensions";
import { active, activity, facts, generation, languageTag, notice } from "./state";
import { cleanedPaste, lostInPaste, storedHtml } from "./stored_html";

interface Props {
  where: string;
  label: string;
  placeholder: string;
  html: string;
  language: string;
  isShort?: boolean;
  mayHaveBlanks?: boolean;
  onChange: (html: string) => void;
  /** Enter in a short text: on to the next one. */
  onEnter?: () => void;
}

/** A text field; it begins anew when another language is shown or the item is replaced. */
export function Rich(props: Props) {
  return <Field key={`${props.language}-${generation.value}`} {...props} />;
}

function Field(props: Props) {
  const place = useRef<HTMLDivElement>(null);
  const latest = useRef(props);
  latest.current = props;
  useLayoutEffect(() => {
    if (!place.current) return;
    const editor = makeEditor(place.current, latest);
    return () => {
      if (active.value?.editor === editor) active.value = null;
      editor.destroy();
    };
  }, []);
  return (
    <div class={`rich${props.isShort ? " is-short" : ""}`} data-where={props.where} ref={place} />
  );
}

function makeEditor(element: HTMLElement, latest: { current: Props }): Editor {
  const { label, language, where } = latest.current;
  const editor = new Editor({
    element,
    injectCSS: false,
    autofocus: where === "stem" && !facts.value.item.uid, // a new item begins with its question
    content: latest.current.html,
    enableInputRules: ["inlineMath"], // “1. ” and “**” are what they are in a question
    extensions: extensionsFor({
      placeholder: latest.current.placeholder,
      onFormula: (latex, block, pos) => askFormula(editor, { latex, block, pos }),
      onPicture: (alt, pos) => askPicture(editor, { alt, pos }),
    }),
    editorProps: {
      attributes: {
        role: "textbox",
        "aria-multiline": "true",
        "aria-label": label,
        lang: languageTag(language),
        class: "rich-text",
        "data-testid": `rich-${where}`,
      },
      transformPastedHTML: (html) => {
        tellLost(html);
        return cleanedPaste(html);
      },
      handlePaste: (_view, event) => pastedPicture(editor, event),
      handleDrop: (_view, event) => droppedPicture(editor, event),
      handleKeyDown: (_view, event) => pressed(editor, event, latest.current),
    },
    onFocus: () => {
      active.value = { editor, mayHaveBlanks: Boolean(latest.current.mayHaveBlanks) };
    },
    onTransaction: () => {
      activity.value += 1;
    },
    onUpdate: () => {
      latest.current.onChange(storedHtml(editor.getJSON(), Boolean(latest.current.isShort)));
    },
  });
  return editor;
}

function tellLost(html: string): void {
  const lost = lostInPaste(html);
  const words = [lost.pictures && say("lostPictures"), lost.formulas && say("lostFormulas")];
  const text = words.filter(Boolean).join(" ");
  if (text) notice.value = { kind: "attention", text };
}

function imageOf(files: FileList | undefined | null): File | undefined {
  return [...(files ?? [])].find((file) => file.type.startsWith("image/"));
}

function pastedPicture(editor: Editor, event: ClipboardEvent): boolean {
  const image = imageOf(event.clipboardData?.files);
  const hasText = event.clipboardData?.types.includes("text/html");
  if (!image || hasText) return false;
  askPicture(editor, { file: image });
  return true;
}

function droppedPicture(editor: Editor, event: DragEvent): boolean {
  const image = imageOf(event.dataTransfer?.files);
  if (!image) return false;
  event.preventDefault();
  askPicture(editor, { file: image });
  return true;
}

function pressed(editor: Editor, event: KeyboardEvent, props: Props): boolean {
  if (event.isComposing) return false; // Enter ends the composition, nothing else
  if (event.key.toLowerCase() === "m" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    askFormula(editor, {});
    return true;
  }
  if (event.key === "Enter" && !event.shiftKey && props.onEnter && isPlain(editor)) {
    props.onEnter();
    return true;
  }
  return false;
}

/** Whether the cursor stands in a plain paragraph, not in a list or table. */
function isPlain(editor: Editor): boolean {
  return !editor.isActive("listItem") && !editor.isActive("table");
}

/** Put the cursor where a problem is; the fields carry their places. */
export function goTo(where: string): void {
  const places = where.split(".");
  while (places.length > 0) {
    const found = document.querySelector<HTMLElement>(`[data-where="${places.join(".")}"]`);
    if (found) {
      const field = found.matches("input, select, textarea, button")
        ? found
        : found.querySelector<HTMLElement>(
            "[contenteditable=true], input, select, textarea, button",
          );
      found.scrollIntoView({ block: "center" });
      (field ?? found).focus();
      return;
    }
    places.pop();
  }
}
