// The bar above the grid: how many are entered, how saving stands, undo; finding and filtering.
import type { Grid } from "./grid";
import { fill } from "./marks";

export function startBar(grid: Grid, bar: HTMLElement): void {
  const line = bar.querySelector<HTMLElement>("[data-save-line]");
  const undo = bar.querySelector<HTMLButtonElement>("[data-undo]");
  undo?.addEventListener("click", () => grid.undo());
  const show = () => {
    showProgress(grid, bar);
    const [kind, words] = saveLine(grid);
    if (line && line.textContent !== words) line.textContent = words;
    if (line) line.dataset.kind = kind;
    if (undo) undo.disabled = !grid.canUndo;
  };
  grid.onChange = show;
  show();
  // the table's head sticks below the bar, however high its words make it
  new ResizeObserver(() => {
    document.documentElement.style.setProperty("--entry-bar", `${bar.offsetHeight}px`);
  }).observe(bar);
}

/** One sentence on how saving stands, the gravest first. */
export function saveLine(grid: Grid): [kind: string, words: string] {
  const { saver, words } = grid;
  const count = saver.count;
  const wrong = grid.cells.filter((cell) => ["wrong", "conflict"].includes(cell.state)).length;
  if (typeof saver.line === "object")
    return ["danger", fill(words.refused ?? "", { message: saver.line.refusal })];
  if (saver.line === "down") return ["attention", fill(words.kept ?? "", { count })];
  if (count > 0) return ["busy", fill(words.saving ?? "", { count })];
  if (wrong > 0) return ["danger", fill(words.wrong ?? "", { count: wrong })];
  if (grid.cells.some((cell) => cell.state === "typing")) return ["busy", words.typing ?? ""];
  return ["ok", grid.note || (words.all_saved ?? "")];
}

function showProgress(grid: Grid, bar: HTMLElement): void {
  for (const place of bar.querySelectorAll<HTMLElement>("[data-progress]")) {
    const own = grid.cells.filter((cell) => cell.component === place.dataset.progress);
    const done = own.filter((cell) => cell.held !== "").length;
    const words = fill(grid.words.count ?? "", { done, total: own.length });
    const count = place.querySelector("[data-count]");
    if (count && count.textContent !== words) count.textContent = words;
    const progress = place.querySelector("progress");
    if (progress) progress.value = done;
  }
  for (const place of document.querySelectorAll<HTMLElement>("[data-missing]"))
    place.textContent = String(rowsFor(grid, place.dataset.missing ?? "").size);
}

function rowsFor(grid: Grid, name: string): Set<HTMLTableRowElement> {
  const rows = grid.cells
    .filter((cell) =>
      name === "unsaved"
        ? cell.state !== "saved"
        : name === "all" || (cell.component === name && cell.held === ""),
    )
    .map((cell) => cell.row);
  return new Set(rows);
}

export function startFinding(grid: Grid): void {
  const field = document.querySelector<HTMLInputElement>("[data-find]");
  const chips = [...document.querySelectorAll<HTMLButtonElement>("[data-show]")];
  let shown = "all";
  // rows are chosen when a chip is pressed: a row does not vanish while its mark is typed
  let chosen = rowsFor(grid, shown);
  const show = () => {
    const wanted = (field?.value ?? "").normalize("NFKC").trim().toLowerCase();
    for (const row of grid.table.tBodies[0]?.rows ?? []) {
      const text = `${row.cells[0]?.textContent} ${row.cells[1]?.textContent}`.toLowerCase();
      row.hidden = !chosen.has(row) || !text.includes(wanted);
    }
  };
  for (const chip of chips)
    chip.addEventListener("click", () => {
      shown = chip.dataset.show ?? "all";
      chosen = rowsFor(grid, shown);
      for (const each of chips) each.setAttribute("aria-pressed", String(each === chip));
      show();
    });
  field?.addEventListener("input", show);
  field?.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== "ArrowDown") return;
    event.preventDefault();
    grid.cells.find((cell) => !cell.row.hidden)?.field.focus();
  });
}
