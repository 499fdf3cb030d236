// The room plan editor: the form's fields stay the truth, this paints their cells.
import { render } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import {
  begun,
  type Cell,
  type Cells,
  counted,
  type Door,
  done,
  LARGEST,
  type Numbering,
  numbered,
  painted,
  parsed,
  proctorsNeeded,
  redone,
  resized,
  undone,
  withAisle,
  written,
} from "./plan";
import { say } from "./words";

const BRUSHES: readonly (readonly [Cell, "seat" | "aisle" | "broken", string])[] = [
  ["S", "seat", "S"],
  [".", "aisle", "A"],
  ["B", "broken", "B"],
];
const KEYS: Record<string, Cell> = { s: "S", a: ".", b: "B", ".": "." };
const ARROWS: Record<string, readonly [number, number]> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

interface Fields {
  rows: HTMLInputElement;
  columns: HTMLInputElement;
  numbering: HTMLSelectElement;
  door: HTMLSelectElement;
  cells: HTMLTextAreaElement;
}

const sized = (field: HTMLInputElement) =>
  Math.min(LARGEST, Math.max(1, Math.round(Number(field.value)) || 1));

function useFields(fields: Fields) {
  const read = () => ({
    numbering: fields.numbering.value as Numbering,
    door: fields.door.value as Door,
  });
  const [past, setPast] = useState(() =>
    begun(parsed(fields.cells.value, sized(fields.rows), sized(fields.columns))),
  );
  const [scheme, setScheme] = useState(read);
  useLayoutEffect(() => {
    const resize = () => {
      if (!fields.rows.value || !fields.columns.value) return;
      setPast((old) => done(old, resized(old.now, sized(fields.rows), sized(fields.columns))));
    };
    const renumber = () => setScheme(read());
    for (const field of [fields.rows, fields.columns]) field.addEventListener("input", resize);
    for (const field of [fields.numbering, fields.door]) field.addEventListener("change", renumber);
  }, []);
  useLayoutEffect(() => {
    fields.cells.value = written(past.now);
    fields.rows.value = String(past.now.length);
    fields.columns.value = String(past.now[0]?.length ?? 0);
  }, [past]);
  return { past, setPast, scheme };
}

function cellWords(cell: Cell, row: number, column: number, number: number): string {
  const key = cell === "S" ? "cell_seat" : cell === "B" ? "cell_broken" : "cell_aisle";
  return say(key, { row: row + 1, column: column + 1, number });
}

function Editor({ fields, fixed }: { fields: Fields; fixed: boolean }) {
  const { past, setPast, scheme } = useFields(fields);
  const [brush, setBrush] = useState<Cell>("S");
  const [at, setAt] = useState<readonly [number, number]>([0, 0]);
  const stroke = useRef<Cells | null>(null);
  const [shown, setShown] = useState<Cells | null>(null);
  const cells = shown ?? past.now;
  const numbers = numbered(cells, scheme.numbering, scheme.door);
  const { seats, broken } = counted(cells);
  const width = cells[0]?.length ?? 0;

  const act = (change: (cells: Cells) => Cells) => {
    if (!fixed) setPast((old) => done(old, change(old.now)));
  };
  const endStroke = () => {
    const made = stroke.current;
    stroke.current = null;
    setShown(null);
    if (made) setPast((old) => done(old, made));
  };
  useLayoutEffect(() => {
    window.addEventListener("pointerup", endStroke);
    return () => window.removeEventListener("pointerup", endStroke);
  }, []);
  const paint = (row: number, column: number, cell: Cell) => {
    stroke.current = painted(stroke.current ?? past.now, row, column, cell);
    setShown(stroke.current);
  };
  const begin = (event: PointerEvent, row: number, column: number) => {
    if (fixed || event.button !== 0) return;
    (event.target as Element).releasePointerCapture?.(event.pointerId);
    setAt([row, column]);
    paint(row, column, brush);
  };
  const focusAt = (row: number, column: number) => {
    setAt([row, column]);
    document.querySelector<HTMLElement>(`[data-cell="${row}/${column}"]`)?.focus();
  };
  const press = (event: KeyboardEvent) => {
    const [row, column] = at;
    const step = ARROWS[event.key];
    const cell = KEYS[event.key.toLowerCase()];
    if (event.ctrlKey || event.metaKey) {
      const key = event.key.toLowerCase();
      if (key !== "z" && key !== "y") return;
      setPast(key === "y" || event.shiftKey ? redone : undone);
    } else if (step) {
      const [down, right] = step;
      focusAt(
        Math.min(cells.length - 1, Math.max(0, row + down)),
        Math.min(width - 1, Math.max(0, column + right)),
      );
    } else if (cell && !event.altKey) {
      act((now) => painted(now, row, column, cell));
    } else if (event.key === " " || event.key === "Enter") {
      act((now) => painted(now, row, column, brush));
    } else return;
    event.preventDefault();
  };
  const [row, column] = [Math.min(at[0], cells.length - 1), Math.min(at[1], width - 1)];

  return (
    <div class="editor">
      {!fixed && (
        <div class="editor-tools">
          <fieldset class="brushes">
            <legend>{say("brush")}</legend>
            {BRUSHES.map(([cell, words, key]) => (
              <label key={cell} class={brush === cell ? "brush is-on" : "brush"}>
                <input
                  type="radio"
                  name="brush"
                  form=""
                  checked={brush === cell}
                  onChange={() => setBrush(cell)}
                />
                <span class={`sample sample-${words}`} aria-hidden="true" />
                {say(words)} <kbd>{key}</kbd>
              </label>
            ))}
          </fieldset>
          <button
            type="button"
            class="btn btn-sm btn-outline-primary"
            disabled={!past.before.length}
            onClick={() => setPast(undone)}
          >
            {say("undo")}
          </button>
          <button
            type="button"
            class="btn btn-sm btn-outline-primary"
            disabled={!past.after.length}
            onClick={() => setPast(redone)}
          >
            {say("redo")}
          </button>
          <button
            type="button"
            class="btn btn-sm btn-outline-primary"
            disabled={width >= LARGEST}
            onClick={() => act((now) => withAisle(now, column))}
          >
            {say("insert_aisle", { column: column + 1 })}
          </button>
          <button
            type="button"
            class="btn btn-sm btn-outline-primary"
            disabled={width <= 1}
            onClick={() =>
              act((now) => now.map((line) => line.filter((_, place) => place !== column)))
            }
          >
            {say("remove_column", { column: column + 1 })}
          </button>
        </div>
      )}
      <p class="editor-count" role="status">
        {say(broken ? "count_broken" : "count", { seats, broken, proctors: proctorsNeeded(seats) })}
      </p>
      <div class={`editor-room door-${scheme.door}`}>
        <p class="plan-front">{say("front")}</p>
        {/* biome-ignore lint/a11y/useSemanticElements: a plan of buttons, not a table of data */}
        <div
          class="editor-grid"
          role="group"
          aria-label={say("plan")}
          style={`--columns: ${width}`}
          onKeyDown={press}
        >
          {cells.map((line, r) =>
            line.map((cell, c) => (
              <button
                type="button"
                key={`${r}/${c}`}
                data-cell={`${r}/${c}`}
                class={`cell cell-${cell === "S" ? "seat" : cell === "B" ? "broken" : "aisle"}`}
                tabIndex={r === row && c === column ? 0 : -1}
                aria-label={cellWords(cell, r, c, numbers[r]?.[c] ?? 0)}
                onFocus={() => setAt([r, c])}
                onPointerDown={(event) => begin(event, r, c)}
                onPointerEnter={() => stroke.current && paint(r, c, brush)}
              >
                {cell === "." ? "" : numbers[r]?.[c]}
              </button>
            )),
          )}
        </div>
      </div>
      {!fixed && <p class="form-text">{say("hint")}</p>}
    </div>
  );
}

export function startEditor(form: HTMLFormElement): void {
  const field = <E extends HTMLElement>(name: string) => form.elements.namedItem(name) as E | null;
  const plain = form.querySelector<HTMLElement>("[data-plain-plan]");
  const place = form.querySelector<HTMLElement>("[data-room-plan]");
  const fields = {
    rows: field<HTMLInputElement>("rows"),
    columns: field<HTMLInputElement>("columns"),
    numbering: field<HTMLSelectElement>("numbering"),
    door: field<HTMLSelectElement>("door"),
    cells: field<HTMLTextAreaElement>("cells"),
  };
  if (!plain || !place || Object.values(fields).some((each) => each === null)) return;
  plain.hidden = true;
  render(<Editor fields={fields as Fields} fixed={"fixed" in form.dataset} />, place);
}
