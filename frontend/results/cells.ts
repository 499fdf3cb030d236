// The cells of the grid: each knows what the server holds, what is typed, and how it stands.
import type { Place } from "./drafts";

export type CellState = "saved" | "typing" | "saving" | "wrong" | "conflict";

export class Cell implements Place {
  readonly registration: string;
  readonly component: string;
  readonly row: HTMLTableRowElement;
  private readonly says: HTMLElement;
  /** What the server holds, as it is shown, and the mark's id. */
  held: string;
  seen: string;
  /** What was last taken from the field: undo goes back to what it was before. */
  taken: string;
  state: CellState = "saved";

  constructor(readonly field: HTMLInputElement) {
    const row = field.closest("tr");
    if (!row) throw new Error("a mark stands in a row");
    this.row = row;
    this.registration = row.dataset.registration ?? "";
    this.component = field.dataset.component ?? "";
    const says = row.querySelector<HTMLElement>(`[data-says="${this.component}"]`);
    if (!says) throw new Error("a row has a place for what is said");
    this.says = says;
    // not what stands in the field: somebody may have typed before this script was there
    this.held = field.defaultValue;
    this.taken = field.defaultValue;
    this.seen = field.dataset.seen ?? "";
  }

  get ticket(): string {
    return this.row.dataset.ticket ?? "";
  }

  /** The ticket, with the name where names are shown. */
  get candidate(): string {
    return [this.ticket, this.row.dataset.name].filter(Boolean).join(" ");
  }

  get isDirty(): boolean {
    return this.field.value !== this.taken;
  }

  stand(state: CellState, ...said: (Node | string)[]): void {
    this.state = state;
    this.row.dataset[this.component] = state;
    this.field.dataset.state = state;
    if (state === "wrong") this.field.setAttribute("aria-invalid", "true");
    else this.field.removeAttribute("aria-invalid");
    this.says.className = `said said-${state}`;
    this.says.replaceChildren(...said);
  }

  say(words: string): void {
    if (this.says.textContent !== words) this.says.textContent = words;
  }
}

export function cellsIn(table: HTMLTableElement): Cell[] {
  return [...table.querySelectorAll<HTMLInputElement>(".mark-field")].map(
    (field) => new Cell(field),
  );
}

/** The cell one step away among the rows that are shown; the same cell at the border. */
export function neighbour(cells: readonly Cell[], from: Cell, down: number, right: number): Cell {
  const components = [...new Set(cells.map((cell) => cell.component))];
  const column = components.indexOf(from.component) + right;
  const component = components[Math.min(Math.max(column, 0), components.length - 1)];
  const shown = cells.filter((cell) => cell.component === component && !cell.row.hidden);
  const rows = shown.map((cell) => cell.row);
  const place = rows.indexOf(from.row) + down;
  return shown[Math.min(Math.max(place, 0), shown.length - 1)] ?? from;
}
