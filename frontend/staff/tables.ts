// Tables for work: sort, search, filter chips, count. Selection stands in selection.ts.
import { each, make } from "./dom";
import { prepareExports, tellCount } from "./exports";
import { fits, inOrder, type Order, type Row, type SortKind, valuesOf } from "./rows";
import { say } from "./words";

const MOST_CHIPS = 8;
const SEARCHED_FROM = 8;

type State = { search: string; filters: Map<number, Set<string>>; order: Order | null };

class WorkTable {
  private readonly body: HTMLTableSectionElement;
  private readonly lines: HTMLTableRowElement[];
  private readonly rows: Row[];
  private readonly state: State;
  private readonly count = make("p", { class: "table-count", role: "status" });
  private readonly clear = make("button", { type: "button", class: "chip" }, say("clear"));
  private readonly none: HTMLTableRowElement;
  private readonly language = document.documentElement.lang;
  private showChips: (() => void)[] = [];
  private exports: HTMLElement | null = null;

  constructor(
    private readonly table: HTMLTableElement,
    tools: HTMLElement | null,
  ) {
    this.body = table.tBodies[0] ?? table.createTBody();
    this.lines = [...this.body.rows];
    this.rows = this.lines.map(rowOf);
    this.state = this.remembered();
    const width = table.tHead?.rows[0]?.cells.length ?? 1;
    const words = make("td", { colspan: String(width) }, say("none_fits"));
    this.none = make("tr", {}, words);
    this.prepareHeads();
    if (tools) this.prepareTools(tools);
    this.show();
  }

  private get heads(): HTMLTableCellElement[] {
    return [...(this.table.tHead?.rows[0]?.cells ?? [])];
  }

  private prepareHeads(): void {
    for (const [column, head] of this.heads.entries()) {
      if (head.dataset.sort === undefined) continue;
      const button = make("button", { type: "button", class: "sort" });
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => this.sortBy(column, head));
    }
  }

  private sortBy(column: number, head: HTMLElement): void {
    const kind = (head.dataset.sort || "text") as SortKind;
    const now = this.state.order;
    const again = now?.column === column;
    // up, down, and back to the order the page came in
    this.state.order = again && now.descending ? null : { column, kind, descending: again };
    this.show();
  }

  private prepareTools(tools: HTMLElement): void {
    const exports = tools.querySelector<HTMLElement>(".table-exports");
    if (exports && this.lines[0]?.dataset.key !== undefined) {
      this.exports = exports;
      prepareExports(exports, () => this.keysShown());
    }
    const place = (node: Node) => tools.insertBefore(node, exports);
    if (tools.dataset.noSearch === undefined && this.rows.length >= SEARCHED_FROM)
      place(this.searchField());
    place(this.count);
    place(this.clear);
    this.clear.addEventListener("click", () => this.clearAll(tools));
    const filters = make("div", { class: "table-filters" });
    for (const [column, head] of this.heads.entries())
      if (head.dataset.filter !== undefined) this.addFilter(filters, column, head);
    if (filters.childElementCount > 0) tools.append(filters);
  }

  private searchField(): HTMLElement {
    const field = make("input", {
      type: "search",
      class: "form-control table-search",
      "aria-label": say("search"),
      placeholder: say("searchHint"),
    });
    field.value = this.state.search;
    field.addEventListener("input", () => {
      this.state.search = field.value;
      this.show();
    });
    return field;
  }

  private clearAll(tools: HTMLElement): void {
    this.state.search = "";
    this.state.filters.clear();
    for (const field of tools.querySelectorAll<HTMLInputElement>(".table-search")) field.value = "";
    this.show();
    tools.querySelector<HTMLElement>(".table-search, .chip")?.focus();
  }

  private addFilter(filters: HTMLElement, column: number, head: HTMLElement): void {
    const values = valuesOf(this.rows, column, this.language);
    if (values.every((each) => each.count === this.rows.length)) return; // tells nothing apart
    const name = (head.dataset.filter || head.textContent || "").trim();
    const group = make("div", { class: "chips", role: "group", "aria-label": name });
    group.append(make("span", { class: "filter-name" }, name));
    if (values.length > MOST_CHIPS) group.append(this.valueList(column, name, values));
    else for (const each of values) group.append(this.chip(column, each));
    filters.append(group);
  }

  private chip(
    column: number,
    each: { value: string; shown: string; count: number },
  ): HTMLButtonElement {
    const words = `${each.shown} ${each.count}`;
    const chip = make("button", { type: "button", class: "chip" }, words);
    chip.addEventListener("click", () => {
      const chosen = this.state.filters.get(column) ?? new Set();
      if (!chosen.delete(each.value)) chosen.add(each.value);
      this.state.filters.set(column, chosen);
      this.show();
    });
    this.showChips.push(() => {
      const isOn = this.state.filters.get(column)?.has(each.value) ?? false;
      chip.setAttribute("aria-pressed", String(isOn));
    });
    return chip;
  }

  private valueList(
    column: number,
    name: string,
    values: { value: string; shown: string; count: number }[],
  ): HTMLSelectElement {
    const list = make("select", { class: "form-select form-select-sm w-auto", "aria-label": name });
    list.append(make("option", { value: "" }, say("all")));
    for (const each of values)
      list.append(make("option", { value: each.value }, `${each.shown} (${each.count})`));
    list.addEventListener("change", () => {
      this.state.filters.set(column, new Set(list.value ? [list.value] : []));
      this.show();
    });
    this.showChips.push(() => {
      list.value = [...(this.state.filters.get(column) ?? [])][0] ?? "";
    });
    return list;
  }

  private show(): void {
    const { search, filters, order } = this.state;
    const places = inOrder(this.rows, order, this.language);
    let shown = 0;
    for (const place of places) {
      const [line, row] = [this.lines[place], this.rows[place]];
      if (!line || !row) continue;
      line.hidden = !fits(row, { search, filters });
      if (!line.hidden) shown += 1;
      this.body.append(line);
    }
    if (shown === 0 && this.rows.length > 0) this.body.append(this.none);
    else this.none.remove();
    this.tell(shown);
    this.remember();
    this.table.dispatchEvent(new CustomEvent("rows-shown"));
  }

  private tell(shown: number): void {
    const total = this.rows.length;
    const words = say(shown === total ? "shown_all" : "shown_some", { shown, total });
    if (this.count.textContent !== words) this.count.textContent = words;
    if (this.exports) tellCount(this.exports, shown);
    const isFiltered = [...this.state.filters.values()].some((values) => values.size > 0);
    this.clear.hidden = !(isFiltered || this.state.search);
    for (const show of this.showChips) show();
    for (const [column, head] of this.heads.entries()) {
      if (head.dataset.sort === undefined) continue;
      const order = this.state.order?.column === column ? this.state.order : null;
      if (order) head.setAttribute("aria-sort", order.descending ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    }
  }

  private keysShown(): string[] {
    const lines = [...this.body.rows].filter((line) => !line.hidden && line !== this.none);
    return lines.map((line) => line.dataset.key ?? "");
  }

  private get key(): string {
    return `table:${location.pathname}:${this.table.id}`;
  }

  /** Coming back from a row finds the table as it was left. */
  private remember(): void {
    const { search, filters, order } = this.state;
    const kept = { search, filters: [...filters].map(([at, set]) => [at, [...set]]), order };
    sessionStorage.setItem(this.key, JSON.stringify(kept));
  }

  private remembered(): State {
    const fresh: State = { search: "", filters: new Map(), order: null };
    if (!this.table.id) return fresh;
    try {
      const kept = JSON.parse(sessionStorage.getItem(this.key) ?? "null");
      if (!kept) return fresh;
      const filters = new Map<number, Set<string>>(
        kept.filters.map(([at, values]: [number, string[]]) => [at, new Set(values)]),
      );
      return { search: String(kept.search), filters, order: kept.order };
    } catch {
      return fresh;
    }
  }
}

function textOf(element: HTMLElement): string {
  return (element.textContent ?? "").replace(/\s+/g, " ").trim();
}

function rowOf(line: HTMLTableRowElement): Row {
  const cells = [...line.cells].map((cell) => {
    const shown = textOf(cell);
    const value = cell.dataset.value ?? shown;
    if (cell.dataset.many === undefined) return { value, shown };
    const parts = [...cell.querySelectorAll<HTMLElement>("[data-value]")];
    const each = parts.map((part) => ({ value: part.dataset.value ?? "", shown: textOf(part) }));
    return { value, shown, each };
  });
  return { cells, text: cells.map((cell) => cell.shown).join(" ") };
}

/** Arrow up and down move to the same control of the row above or below. */
function moveByKeys(event: KeyboardEvent): void {
  const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
  const from = event.target;
  if (!step || !(from instanceof HTMLElement)) return;
  if (!from.matches("a, button, input[type=checkbox]") || from.closest("thead")) return;
  const [cell, line] = [from.closest("td"), from.closest("tr")];
  if (!cell || !line?.parentElement) return;
  const lines = [...line.parentElement.children].filter(
    (each): each is HTMLTableRowElement => each instanceof HTMLTableRowElement && !each.hidden,
  );
  const next = lines[lines.indexOf(line) + step]?.cells[cell.cellIndex];
  const place = next?.querySelector<HTMLElement>("a, button, input[type=checkbox]");
  if (!place) return;
  event.preventDefault();
  place.focus();
}

/** A table too wide for a small screen scrolls, by keyboard too. */
function letScroll(table: HTMLTableElement): void {
  new ResizeObserver(() => {
    if (table.scrollWidth > table.clientWidth + 1) table.tabIndex = 0;
    else table.removeAttribute("tabindex");
  }).observe(table);
}

export function startTables(root: ParentNode): void {
  for (const table of each<HTMLTableElement>(root, ".table-work")) letScroll(table);
  for (const table of each<HTMLTableElement>(root, "table[data-table]")) {
    const tools = table.id
      ? document.querySelector<HTMLElement>(`[data-table-tools="${CSS.escape(table.id)}"]`)
      : null;
    new WorkTable(table, tools);
    table.addEventListener("keydown", moveByKeys);
  }
}
