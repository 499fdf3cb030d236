// A formula: LaTeX with a palette, and how it will look while it is typed.
import katex from "katex";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { say } from "../words";
import { type FormulaAsked, formulaAsked } from "./asking";

// “|” is where the cursor goes after inserting.
const PALETTES = {
  paletteStructures: [
    "\\frac{|}{}",
    "\\sqrt{|}",
    "^{|}",
    "_{|}",
    "\\bar{|}",
    "\\dot{|}",
    "\\vec{|}",
    "\\sum_{|}^{}",
    "\\int_{|}^{}",
    "\\left(|\\right)",
    "\\begin{cases}|\\\\\\end{cases}",
    "\\text{|}",
  ],
  paletteGreek:
    "alpha beta gamma delta varepsilon eta theta lambda mu pi rho sigma tau varphi omega Delta Phi Omega"
      .split(" ")
      .map((name) => `\\${name} |`),
  paletteRelations:
    "times div pm le ge neq approx propto cdot parallel perp angle to Rightarrow infty degree"
      .split(" ")
      .map((name) => `\\${name} |`),
  paletteUnits: [
    "\\Omega|",
    "\\,\\mathrm{V}|",
    "\\,\\mathrm{A}|",
    "\\,\\mathrm{kW}|",
    "\\,\\mathrm{mm}^2|",
    "\\,\\%|",
    "\\mu\\mathrm{F}|",
    "^\\circ\\mathrm{C}|",
  ],
} as const;
const SHOWN: Record<string, string> = {
  "\\frac{|}{}": "\\frac{a}{b}",
  "\\sqrt{|}": "\\sqrt{a}",
  "^{|}": "x^{a}",
  "_{|}": "x_{a}",
  "\\bar{|}": "\\bar{a}",
  "\\dot{|}": "\\dot{a}",
  "\\vec{|}": "\\vec{a}",
  "\\sum_{|}^{}": "\\Sigma",
  "\\int_{|}^{}": "\\smallint",
  "\\left(|\\right)": "(\\,)",
  "\\begin{cases}|\\\\\\end{cases}": "\\{",
  "\\text{|}": "\\text{abc}",
};

const SHOWN_OF_WRONG = 24;

export function FormulaDialog() {
  const asked = formulaAsked.value;
  return asked ? <Asking asked={asked} key={`${asked.pos}-${asked.latex}`} /> : null;
}

function Asking({ asked }: { asked: FormulaAsked }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  const [latex, setLatex] = useState(asked.latex);
  const [block, setBlock] = useState(asked.block);
  useLayoutEffect(() => {
    dialog.current?.showModal();
    field.current?.focus();
  }, []);
  const shown = rendered(latex, block);
  const done = () => {
    put(asked, latex.trim(), block);
    formulaAsked.value = null;
  };
  const insert = (text: string) => {
    if (field.current) setLatex(inserted(field.current, text));
  };
  return (
    <dialog
      class="ask formula-dialog"
      ref={dialog}
      aria-labelledby="formula-title"
      onClose={() => close(asked)}
    >
      <h2 id="formula-title">{say("formulaTitle")}</h2>
      <textarea
        class="form-control formula-latex"
        ref={field}
        rows={2}
        aria-label={say("latex")}
        data-testid="latex"
        spellcheck={false}
        value={latex}
        onInput={(event) => setLatex(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter" && !event.isComposing && !event.shiftKey) {
            event.preventDefault();
            if (latex.trim() && !shown.problem) done();
          }
        }}
      />
      <div class="formula-shown" role="img" aria-label={say("formulaPreview")}>
        {/* KaTeX's own output; its trust option is off */}
        <span dangerouslySetInnerHTML={{ __html: shown.html }} />
      </div>
      <p class="formula-problem" role="status">
        {shown.problem && (
          <span class="field-error">{say("formulaWrong", { place: shown.problem })}</span>
        )}
      </p>
      <Palettes insert={insert} />
      <div class="formula-kind">
        <label class="form-check">
          <input
            type="radio"
            class="form-check-input"
            checked={!block}
            onChange={() => setBlock(false)}
          />{" "}
          {say("asInline")}
        </label>
        <label class="form-check">
          <input
            type="radio"
            class="form-check-input"
            checked={block}
            onChange={() => setBlock(true)}
          />{" "}
          {say("asBlock")}
        </label>
      </div>
      <div class="ask-acts">
        <button
          class="btn btn-primary"
          type="button"
          data-testid="formula-insert"
          disabled={!latex.trim() || shown.problem !== ""}
          onClick={done}
        >
          {say(asked.pos === null ? "insert" : "change")}
        </button>
        {asked.pos !== null && (
          <button
            class="btn btn-outline-danger"
            type="button"
            onClick={() => {
              removeAt(asked);
              formulaAsked.value = null;
            }}
          >
            {say("deleteFormula")}
          </button>
        )}
        <button
          class="btn btn-outline-secondary"
          type="button"
          onClick={() => dialog.current?.close()}
        >
          {say("cancel")}
        </button>
      </div>
    </dialog>
  );
}

function Palettes({ insert }: { insert: (text: string) => void }) {
  return (
    <div class="palettes">
      {Object.entries(PALETTES).map(([name, entries]) => (
        <fieldset class="palette" key={name}>
          <legend>{say(name as keyof typeof PALETTES)}</legend>
          {entries.map((entry) => (
            <button
              key={entry}
              class="palette-key"
              type="button"
              title={entry.replace("|", "").trim()}
              onClick={() => insert(entry)}
            >
              <span
                // KaTeX's own output of our own texts
                dangerouslySetInnerHTML={{
                  __html: rendered(SHOWN[entry] ?? entry.replace("|", ""), false).html,
                }}
              />
            </button>
          ))}
        </fieldset>
      ))}
    </div>
  );
}

/** How a formula looks, and from where on it cannot be read: KaTeX's own words are English. */
function rendered(latex: string, block: boolean): { html: string; problem: string } {
  try {
    return { html: katex.renderToString(latex, { displayMode: block }), problem: "" };
  } catch (error) {
    const html = katex.renderToString(latex, { displayMode: block, throwOnError: false });
    const position = error instanceof katex.ParseError ? error.position : 0;
    return { html, problem: latex.slice(position).slice(0, SHOWN_OF_WRONG) || say("formulaEnd") };
  }
}

/** The field's text with an entry put at the cursor, which then stands at its “|”. */
function inserted(field: HTMLTextAreaElement, entry: string): string {
  const { selectionStart, selectionEnd, value } = field;
  const chosen = value.slice(selectionStart, selectionEnd);
  const [before = "", after = ""] = entry.split("|");
  const next = value.slice(0, selectionStart) + before + chosen + after + value.slice(selectionEnd);
  const cursor = selectionStart + before.length + chosen.length;
  queueMicrotask(() => {
    field.focus();
    field.setSelectionRange(cursor, cursor);
  });
  field.value = next;
  return next;
}

function put({ editor, pos }: FormulaAsked, latex: string, block: boolean): void {
  const node = { type: block ? "blockMath" : "inlineMath", attrs: { latex } };
  const chain = editor.chain().focus();
  if (pos === null) chain.insertContent(node).run();
  else chain.insertContentAt({ from: pos, to: pos + 1 }, node).run();
}

function removeAt({ editor, pos }: FormulaAsked): void {
  if (pos !== null)
    editor
      .chain()
      .focus()
      .deleteRange({ from: pos, to: pos + 1 })
      .run();
}

function close(asked: FormulaAsked): void {
  if (formulaAsked.value === asked) {
    formulaAsked.value = null;
    asked.editor.commands.focus();
  }
}
