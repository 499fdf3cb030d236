// One toolbar for all texts of the item: it acts where the cursor is. Arrow keys walk it.
import type { Editor } from "@tiptap/core";
import { useRef, useState } from "preact/hooks";
import { Icon, type IconName } from "../../lib/icon";
import { say } from "../words";
import { askFormula, askPicture } from "./asking";
import { nextBlank } from "./model";
import { active, activity } from "./state";
import { storedHtml } from "./stored_html";

interface Tool {
  key: string;
  words: string;
  sign?: string;
  icon?: IconName;
  keys?: string;
  isOn?: (editor: Editor) => boolean;
  can?: (editor: Editor) => boolean;
  act: (editor: Editor) => void;
}

const inTable = (editor: Editor) => editor.isActive("table");

function tools(): Tool[][] {
  return [
    [
      mark("bold", "B", "Ctrl+B", (editor) => editor.chain().focus().toggleBold().run()),
      mark("underline", "U", "Ctrl+U", (editor) => editor.chain().focus().toggleUnderline().run()),
      mark(
        "sub",
        "x₂",
        "Ctrl+,",
        (editor) => editor.chain().focus().toggleSubscript().run(),
        "subscript",
      ),
      mark(
        "sup",
        "x²",
        "Ctrl+.",
        (editor) => editor.chain().focus().toggleSuperscript().run(),
        "superscript",
      ),
    ],
    [
      list("bulletList", "bullets", "Ctrl+Shift+8", (editor) =>
        editor.chain().focus().toggleBulletList().run(),
      ),
      list("orderedList", "numbers", "Ctrl+Shift+7", (editor) =>
        editor.chain().focus().toggleOrderedList().run(),
      ),
    ],
    [
      {
        key: "formula",
        words: say("formula"),
        sign: "∑",
        keys: "Ctrl+M",
        act: (editor) => askFormula(editor, {}),
      },
      {
        key: "picture",
        words: say("picture"),
        icon: "picture",
        act: (editor) => askPicture(editor, {}),
      },
    ],
    [
      {
        key: "undo",
        words: say("undo"),
        icon: "undo",
        keys: "Ctrl+Z",
        can: (editor) => editor.can().undo(),
        act: (editor) => editor.chain().focus().undo().run(),
      },
      {
        key: "redo",
        words: say("redo"),
        icon: "redo",
        keys: "Ctrl+Y",
        can: (editor) => editor.can().redo(),
        act: (editor) => editor.chain().focus().redo().run(),
      },
    ],
  ];
}

function mark(
  key: "bold" | "underline" | "sub" | "sup",
  sign: string,
  keys: string,
  act: (editor: Editor) => void,
  name: string = key,
): Tool {
  return { key, words: say(key), sign, keys, isOn: (editor) => editor.isActive(name), act };
}

function list(
  key: "bulletList" | "orderedList",
  icon: IconName,
  keys: string,
  act: (editor: Editor) => void,
): Tool {
  return { key, words: say(key), icon, keys, isOn: (editor) => editor.isActive(key), act };
}

function tableTools(): Tool[] {
  const step = (
    key: "addRow" | "addColumn" | "removeRow" | "removeColumn" | "removeTable",
    act: (editor: Editor) => void,
  ): Tool => ({
    key,
    words: say(key),
    act,
  });
  return [
    step("addRow", (editor) => editor.chain().focus().addRowAfter().run()),
    step("addColumn", (editor) => editor.chain().focus().addColumnAfter().run()),
    step("removeRow", (editor) => editor.chain().focus().deleteRow().run()),
    step("removeColumn", (editor) => editor.chain().focus().deleteColumn().run()),
    step("removeTable", (editor) => editor.chain().focus().deleteTable().run()),
  ];
}

export function Toolbar() {
  const bar = useRef<HTMLDivElement>(null);
  void activity.value; // drawn anew with every move of the cursor
  const editor = active.value?.editor ?? null;
  return (
    <div
      class="tools"
      role="toolbar"
      aria-label={say("toolbar")}
      ref={bar}
      onKeyDown={(event) => walk(event, bar.current)}
    >
      {tools().map((group, place) => (
        <span class="tool-group" key={place}>
          {group.map((tool) => (
            <ToolButton key={tool.key} tool={tool} editor={editor} isFirst={tool.key === "bold"} />
          ))}
          {place === 2 && <TableMenu editor={editor} />}
          {place === 2 && active.value?.mayHaveBlanks && editor && <BlankButton editor={editor} />}
        </span>
      ))}
    </div>
  );
}

function ToolButton({
  tool,
  editor,
  isFirst = false,
}: {
  tool: Tool;
  editor: Editor | null;
  isFirst?: boolean;
}) {
  const isOff = !editor || (tool.can ? !tool.can(editor) : false);
  return (
    <button
      class={`tool tool-${tool.key}`}
      type="button"
      tabIndex={isFirst ? 0 : -1}
      data-testid={`tool-${tool.key}`}
      aria-label={tool.words}
      title={tool.keys ? `${tool.words} (${tool.keys})` : tool.words}
      aria-pressed={tool.isOn && editor ? tool.isOn(editor) : undefined}
      aria-disabled={isOff || undefined}
      onMouseDown={(event) => event.preventDefault()}
      onClick={() => editor && !isOff && tool.act(editor)}
      data-sign={tool.sign}
    >
      {tool.icon && <Icon name={tool.icon} />}
    </button>
  );
}

function TableMenu({ editor }: { editor: Editor | null }) {
  const [isOpen, setOpen] = useState(false);
  if (!editor || !inTable(editor))
    return (
      <ToolButton
        editor={editor}
        tool={{
          key: "table",
          words: say("insertTable"),
          icon: "table",
          act: (target) =>
            target.chain().focus().insertTable({ rows: 3, cols: 3, withHeaderRow: true }).run(),
        }}
      />
    );
  return (
    <span class="tool-menu">
      <button
        class="tool"
        type="button"
        tabIndex={-1}
        aria-expanded={isOpen}
        aria-label={say("table")}
        title={say("table")}
        onMouseDown={(event) => event.preventDefault()}
        onClick={() => setOpen(!isOpen)}
        data-sign="▾"
      >
        <Icon name="table" />
      </button>
      {isOpen && (
        <span class="tool-list">
          {tableTools().map((tool) => (
            <button
              key={tool.key}
              type="button"
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => {
                tool.act(editor);
                setOpen(false);
              }}
            >
              {tool.words}
            </button>
          ))}
        </span>
      )}
    </span>
  );
}

function BlankButton({ editor }: { editor: Editor }) {
  const insert = () => {
    const id = nextBlank(storedHtml(editor.getJSON(), false));
    editor.chain().focus().insertContent({ type: "blank", attrs: { id } }).run();
  };
  return (
    <button
      class="tool tool-wide"
      type="button"
      tabIndex={-1}
      data-testid="tool-blank"
      aria-label={say("insertBlank")}
      title={say("insertBlank")}
      onMouseDown={(event) => event.preventDefault()}
      onClick={insert}
    >
      {say("blank")}
    </button>
  );
}

function walk(event: KeyboardEvent, bar: HTMLElement | null): void {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step || !bar) return;
  const buttons = [...bar.querySelectorAll<HTMLElement>("button")];
  const next = buttons[buttons.indexOf(document.activeElement as HTMLElement) + step];
  if (!next) return;
  event.preventDefault();
  for (const button of buttons) button.tabIndex = button === next ? 0 : -1;
  next.focus();
}
