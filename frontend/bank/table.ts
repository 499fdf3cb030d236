// The blueprint's table: keys walk its cells, cells pasted from a spreadsheet fill it, sums stand live.
import { pastedCells, sumsOf } from "./weights";
import { say } from "./words";

type Cell = HTMLInputElement | HTMLSelectElement;

export function startTable(form: HTMLFormElement): void {
  const table = form.querySelector("table");
  if (!table) return;
  const rows = [...(table.tBodies[0]?.rows ?? [])].map((row) =>
    [...row.cells].map((cell) => cell.querySelector<Cell>("input, select")),
  );
  table.addEventListener("keydown", (event) => walk(event, rows));
  table.addEventListener("paste", (event) => paste(event, rows));
  const status = document.createElement("p");
  status.className = "weight-sums";
  status.setAttribute("role", "status");
  table.parentElement?.after(status);
  const show = () => showSums(form, status);
  table.addEventListener("input", show);
  show();
}

/** ↑ ↓ and Enter go to the cell above or below; Tab goes on in the row, as everywhere. */
function walk(event: KeyboardEvent, rows: (Cell | null)[][]): void {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const here = event.target as Cell;
  const isList = here instanceof HTMLSelectElement;
  const step =
    event.key === "Enter"
      ? event.shiftKey
        ? -1
        : 1
      : isList
        ? undefined
        : { ArrowUp: -1, ArrowDown: 1 }[event.key];
  const at = placeOf(rows, here);
  if (!step || !at) return;
  event.preventDefault();
  for (let row = at[0] + step; rows[row]; row += step) {
    const cell = rows[row]?.[at[1]];
    if (!cell) continue;
    cell.focus();
    if (cell instanceof HTMLInputElement) cell.select();
    return;
  }
}

/** Spread cells over the filled cells right of and below the one pasted into. */
function paste(event: ClipboardEvent, rows: (Cell | null)[][]): void {
  const cells = pastedCells(event.clipboardData?.getData("text/plain") ?? "");
  const at = placeOf(rows, event.target as Cell);
  if (!cells || !at) return;
  event.preventDefault();
  const [top, left] = at;
  const below = rows.slice(top).filter((row) => row[left]);
  for (const [down, line] of cells.entries())
    for (const [right, text] of line.entries()) set(below[down]?.[left + right], text);
}

function set(cell: Cell | null | undefined, text: string): void {
  if (!cell) return;
  if (cell instanceof HTMLSelectElement) {
    const letter = { 9: "X", 5: "Y", 1: "Z" }[text] ?? text.toUpperCase();
    if (![...cell.options].some((option) => option.value === letter)) return;
    cell.value = letter;
  } else cell.value = text;
  cell.dispatchEvent(new Event("input", { bubbles: true }));
}

function placeOf(rows: (Cell | null)[][], cell: Cell): [number, number] | null {
  const row = rows.findIndex((each) => each.includes(cell));
  return row < 0 ? null : [row, rows[row]?.indexOf(cell) ?? -1];
}

function showSums(form: HTMLFormElement, status: HTMLElement): void {
  const fields = [...form.querySelectorAll<HTMLInputElement>("input[name^='weight:']")];
  const sums = sumsOf(
    new Map(fields.map((each) => [each.name.slice("weight:".length), each.value])),
  );
  for (const field of fields) {
    const sum = sums.find((each) => `weight:${each.path}` === field.name);
    field.parentElement?.querySelector(".weight-sum")?.remove();
    if (!sum) continue;
    const bar = document.createElement("span");
    bar.className = sum.isRight ? "weight-sum" : "weight-sum is-wrong";
    bar.title = say("weightSum", { total: sum.total, whole: sum.whole });
    bar.style.setProperty("--share", `${Math.min(100, (100 * sum.total) / (sum.whole || 1))}%`);
    field.after(bar);
  }
  const wrong = sums.filter((sum) => !sum.isRight);
  const words = wrong.map(({ path, total, whole }) =>
    path ? say("weightBelow", { path, total, whole }) : say("weightWhole", { total, whole }),
  );
  const told = words.join("  ") || (sums.length ? say("weightsRight") : "");
  if (status.textContent !== told) status.textContent = told;
  status.classList.toggle("is-wrong", wrong.length > 0);
}
