// Pasting from a spreadsheet: the server reads it, the examiner sees what would be entered.
import type { Cell } from "./cells";
import { type Grid, postJson } from "./grid";
import { fill, readMark } from "./marks";

type Pasted = {
  matched_by: "ticket" | "order";
  cells: {
    line: number;
    registration: string;
    ticket: string;
    component: string;
    typed: string;
    problem: string;
  }[];
  unmatched: { line: number; name: string }[];
  repeated: { line: number; name: string }[];
  surplus: number;
};
type Planned = { cell: Cell; text: string; problem: string; line: number };

export function startPasting(grid: Grid, dialog: HTMLDialogElement): void {
  const told = dialog.querySelector<HTMLElement>(".paste-told");
  const enter = dialog.querySelector<HTMLButtonElement>("[data-enter]");
  if (!told || !enter) return;
  let back: HTMLElement | null = null;
  dialog.querySelector("[data-close]")?.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => back?.focus());
  for (const cell of grid.cells)
    cell.field.addEventListener("paste", (event) => {
      const text = event.clipboardData?.getData("text/plain") ?? "";
      if (!/[\t\n]/.test(text.replace(/[\r\n]+$/, ""))) return;
      event.preventDefault();
      back = cell.field;
      void preview(cell, text);
    });

  async function preview(cell: Cell, text: string): Promise<void> {
    if (!told || !enter) return;
    told.textContent = grid.words.paste_reading ?? "";
    enter.hidden = true;
    dialog.showModal();
    const found = await read(grid, cell, text);
    if (typeof found === "string") {
      told.textContent = found;
      return;
    }
    const planned = plan(grid, found);
    const fresh = planned.filter((each) => !each.problem && each.text !== each.cell.held);
    told.replaceChildren(...sentences(grid, found, planned), table(grid, planned));
    enter.hidden = fresh.length === 0;
    enter.textContent = fill(grid.words.paste_enter ?? "", { count: fresh.length });
    enter.onclick = () => {
      dialog.close();
      grid.enter(fresh);
    };
    (enter.hidden ? told : enter).focus();
  }
}

async function read(grid: Grid, cell: Cell, text: string): Promise<Pasted | string> {
  const rows = grid.cells.filter((each) => each.component === cell.component && !each.row.hidden);
  const order = rows.slice(rows.indexOf(cell)).map((each) => each.registration);
  try {
    const sent = { text, component: cell.component, order };
    const found = await postJson<Pasted>(grid.table.dataset.paste ?? "", sent);
    return "refusal" in found ? found.refusal : found;
  } catch {
    return grid.words.paste_failed ?? "";
  }
}

function plan(grid: Grid, found: Pasted): Planned[] {
  const words = { absent: grid.words.absent ?? "", void: grid.words.void ?? "" };
  return found.cells.flatMap((each) => {
    const cell = grid.cellAt(each.registration, each.component);
    if (!cell) return [];
    const reading = readMark(each.typed, words);
    const text = reading.kind === "wrong" ? each.typed : reading.shown;
    return [{ cell, text, problem: each.problem, line: each.line }];
  });
}

function sentences(grid: Grid, found: Pasted, planned: Planned[]): HTMLElement[] {
  const { words } = grid;
  const good = planned.filter((each) => !each.problem);
  const people = new Set(good.map((each) => each.cell.registration)).size;
  const count = (fits: (each: Planned) => boolean) => good.filter(fits).length;
  const changed = count((each) => each.cell.held !== "" && each.cell.held !== each.text);
  const same = count((each) => each.cell.held === each.text);
  const listed = (lines: { line: number; name: string }[]) =>
    lines.map((each) => `${each.line}: ${each.name || "–"}`).join("; ");
  const head = found.matched_by === "ticket" ? words.paste_by_ticket : words.paste_in_order;
  const said: [string | undefined, Record<string, string | number>, boolean][] = [
    [words.paste_nothing, {}, good.length === 0],
    [head, { marks: good.length, people }, good.length > 0],
    [words.paste_changed, { count: changed }, changed > 0],
    [words.paste_same, { count: same }, same > 0],
    [words.paste_wrong, { count: planned.length - good.length }, planned.length > good.length],
    [words.paste_unmatched, { list: listed(found.unmatched) }, found.unmatched.length > 0],
    [words.paste_repeated, { list: listed(found.repeated) }, found.repeated.length > 0],
    [words.paste_surplus, { count: found.surplus }, found.surplus > 0],
  ];
  return said
    .filter(([, , isSaid]) => isSaid)
    .map(([text, facts]) => element("p", fill(text ?? "", facts)));
}

function table(grid: Grid, planned: Planned[]): HTMLElement {
  const { words } = grid;
  const made = element("table", "");
  made.className = "table table-work";
  const head = ["line", "ticket", "component", "now", "then"].map((key) =>
    element("th", words[key] ?? ""),
  );
  const body = document.createElement("tbody");
  for (const each of planned) {
    const row = document.createElement("tr");
    const then = each.problem ? `✕ ${each.text}: ${each.problem}` : each.text;
    const cells = [
      String(each.line),
      each.cell.candidate,
      words[each.cell.component] ?? "",
      each.cell.held || "–",
      then,
    ];
    row.append(...cells.map((text) => element("td", text)));
    if (each.problem) row.className = "state-danger";
    else if (each.cell.held && each.cell.held !== each.text) row.className = "is-changed";
    body.append(row);
  }
  const top = document.createElement("tr");
  top.append(...head);
  const thead = document.createElement("thead");
  thead.append(top);
  made.append(thead, body);
  const frame = element("div", "");
  frame.className = "table-scroll paste-table";
  frame.tabIndex = 0;
  frame.append(made);
  return frame;
}

function element(tag: string, text: string): HTMLElement {
  const made = document.createElement(tag);
  made.textContent = text;
  return made;
}
