// The grid: typing, moving, saving, undoing. Nothing typed is ever only in the page.
import { type Cell, cellsIn, neighbour } from "./cells";
import { Drafts } from "./drafts";
import { fill, readMark } from "./marks";
import { type Reply, Saver, type Sent, type Told } from "./saver";

export type Words = Record<string, string>;
type Step = { cell: Cell; before: string }[];

export class Grid {
  readonly cells: Cell[];
  readonly saver: Saver;
  private readonly drafts: Drafts;
  private readonly undone: Step[] = [];
  /** What the bar above the grid listens for. */
  onChange: () => void = () => {};
  note = "";

  constructor(
    readonly table: HTMLTableElement,
    readonly words: Words,
  ) {
    this.cells = cellsIn(table);
    this.drafts = new Drafts(localStorage, table.dataset.keptAs ?? "marks");
    this.saver = new Saver(
      (cells) => post(table.dataset.entry ?? "", cells),
      (reply) => this.answered(reply),
      () => this.changed(),
    );
    for (const cell of this.cells) this.listen(cell);
    this.restore();
  }

  get canUndo(): boolean {
    return this.undone.length > 0;
  }

  cellAt(registration: string, component: string): Cell | undefined {
    return this.cells.find(
      (cell) => cell.registration === registration && cell.component === component,
    );
  }

  /** Put texts into cells as if typed, as one step of undo. */
  enter(entries: { cell: Cell; text: string }[]): void {
    const step = entries.map(({ cell }) => ({ cell, before: cell.taken }));
    for (const { cell, text } of entries) {
      cell.field.value = text;
      this.take(cell, false);
    }
    if (step.length > 0) this.undone.push(step);
    this.changed();
  }

  undo(): void {
    const step = this.undone.pop();
    if (!step) return;
    for (const { cell, before } of step) {
      cell.field.value = before;
      this.take(cell, false);
    }
    step[0]?.cell.field.focus();
    this.note = fill(this.words.undone ?? "", { count: step.length });
    this.changed();
  }

  private listen(cell: Cell): void {
    const { field } = cell;
    field.addEventListener("focus", () => field.select());
    field.addEventListener("input", () => {
      this.note = "";
      this.drafts.keep(cell, { typed: field.value, seen: cell.seen });
      cell.stand("typing");
      this.changed();
    });
    field.addEventListener("change", () => this.take(cell, true));
    field.addEventListener("blur", () => this.take(cell, true));
    field.addEventListener("keydown", (event) => this.key(event, cell));
  }

  private key(event: KeyboardEvent, cell: Cell): void {
    if (event.isComposing) return;
    const { field } = cell;
    const step = stepOf(event, field);
    if ((event.ctrlKey || event.metaKey) && event.key === "z") {
      if (cell.isDirty) this.revert(cell);
      else this.undo();
    } else if (event.key === "Escape") this.revert(cell);
    else if (step) {
      this.take(cell, true);
      neighbour(this.cells, cell, ...step).field.focus();
    } else return;
    event.preventDefault();
  }

  private revert(cell: Cell): void {
    cell.field.value = cell.taken;
    this.take(cell, false);
    cell.field.select();
  }

  /** Take what stands in the field: check it, keep it, send it. */
  private take(cell: Cell, isStep: boolean): void {
    const { field } = cell;
    const read = readMark(field.value, {
      absent: this.words.absent ?? "",
      void: this.words.void ?? "",
    });
    if (read.kind !== "wrong") field.value = read.shown;
    if (isStep && field.value !== cell.taken) this.undone.push([{ cell, before: cell.taken }]);
    const isNew = field.value !== cell.taken || cell.state === "typing";
    cell.taken = field.value;
    if (!isNew) return;
    if (read.kind === "wrong") this.wrong(cell, this.words[read.code] ?? read.code);
    else if (field.value === cell.held) this.settle(cell);
    else this.send(cell);
    this.changed();
  }

  private wrong(cell: Cell, words: string): void {
    this.saver.drop(cell);
    this.drafts.keep(cell, { typed: cell.field.value, seen: cell.seen });
    cell.stand("wrong", `✕ ${fill(words, { value: cell.field.value })}`);
  }

  private settle(cell: Cell): void {
    this.saver.drop(cell);
    this.drafts.drop(cell);
    cell.stand("saved");
  }

  private send(cell: Cell): void {
    const sent: Sent = {
      registration: cell.registration,
      component: cell.component,
      typed: cell.field.value,
      seen: cell.seen,
    };
    this.drafts.keep(cell, { typed: sent.typed, seen: sent.seen });
    cell.stand("saving");
    this.saver.add(sent);
  }

  private answered(reply: Reply): void {
    for (const told of reply.saved) this.saved(told);
    for (const told of reply.conflicts) this.conflict(told);
    for (const refusal of reply.refused) {
      const cell = this.cellAt(refusal.registration, refusal.component);
      if (cell?.taken === refusal.typed) this.wrong(cell, refusal.message);
    }
  }

  private saved(told: Told): void {
    const cell = this.cellAt(told.registration, told.component);
    if (!cell) return;
    cell.held = told.shown;
    cell.seen = told.seen;
    if (cell.taken !== told.typed) {
      // typed again meanwhile: it goes out against the mark that stands now
      if (cell.state === "saving") this.send(cell);
      return;
    }
    this.drafts.drop(cell);
    if (!cell.isDirty) {
      cell.field.value = told.shown;
      cell.taken = told.shown;
    }
    const words = told.shown ? fill(this.words.saved_by ?? "", told) : this.words.withdrawn;
    cell.stand("saved", `✓ ${words}`);
  }

  /** Somebody else was first: both marks are shown, and the examiner says which holds. */
  private conflict(told: Told): void {
    const cell = this.cellAt(told.registration, told.component);
    if (!cell) return;
    cell.seen = told.seen;
    cell.held = told.shown;
    const mine = cell.taken || (this.words.nothing ?? "");
    const facts = { ...told, mine, other: told.shown || (this.words.nothing ?? "") };
    const words = told.shown ? this.words.conflict : this.words.conflict_cleared;
    const keep = button(fill(this.words.keep_mine ?? "", facts), () => {
      this.send(cell);
      this.changed();
      cell.field.focus();
    });
    const leave = button(fill(this.words.take_other ?? "", facts), () => {
      cell.field.value = told.shown;
      cell.taken = told.shown;
      this.settle(cell);
      this.changed();
      cell.field.focus();
    });
    cell.stand("conflict", `⚠ ${fill(words ?? "", facts)} `, keep, " ", leave);
  }

  /** Marks that an earlier visit could not save are typed again and sent. */
  private restore(): void {
    let count = 0;
    for (const cell of this.cells) {
      if (cell.isDirty) {
        cell.state = "typing";
        if (document.activeElement !== cell.field) this.take(cell, true);
        continue;
      }
      const draft = this.drafts.get(cell);
      if (!draft) continue;
      if (draft.typed === cell.held) {
        this.drafts.drop(cell);
        continue;
      }
      cell.field.value = draft.typed;
      cell.seen = draft.seen;
      cell.state = "typing";
      this.take(cell, false);
      count += 1;
    }
    if (count > 0) this.note = fill(this.words.restored ?? "", { count });
  }

  private changed(): void {
    const words = this.saver?.line === "up" ? this.words.cell_saving : this.words.cell_kept;
    for (const cell of this.cells) if (cell.state === "saving") cell.say(words ?? "");
    this.onChange();
  }
}

/** Down and right: Enter and the arrows move; left and right only from the text's ends. */
function stepOf(event: KeyboardEvent, field: HTMLInputElement): [number, number] | null {
  if (event.ctrlKey || event.metaKey || event.altKey) return null;
  if (event.key === "Enter") return [event.shiftKey ? -1 : 1, 0];
  if (event.shiftKey) return null;
  if (event.key === "ArrowDown") return [1, 0];
  if (event.key === "ArrowUp") return [-1, 0];
  const isWhole = field.selectionStart === 0 && field.selectionEnd === field.value.length;
  const isAt = (place: number) =>
    isWhole || (field.selectionStart === place && field.selectionEnd === place);
  if (event.key === "ArrowLeft" && isAt(0)) return [0, -1];
  if (event.key === "ArrowRight" && isAt(field.value.length)) return [0, 1];
  return null;
}

function button(words: string, act: () => void): HTMLButtonElement {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "btn btn-sm btn-outline-primary";
  made.textContent = words;
  made.addEventListener("click", act);
  return made;
}

export async function post<Answer>(
  address: string,
  cells: Sent[],
): Promise<Answer | { refusal: string }> {
  return postJson<Answer>(address, { cells });
}

/** Post JSON; a refusal comes back as its sentence, a lost line as an error. */
export async function postJson<Answer>(
  address: string,
  body: unknown,
): Promise<Answer | { refusal: string }> {
  const token = document.querySelector<HTMLMetaElement>("meta[name=csrf-token]")?.content ?? "";
  const answer = await fetch(address, {
    method: "POST",
    headers: {
      Accept: "application/json",
      "Content-Type": "application/json",
      "X-CSRFToken": token,
    },
    body: JSON.stringify(body),
  });
  if (answer.status >= 500) throw new Error(String(answer.status));
  const read = await answer.json();
  return read.ok ? (read as Answer) : { refusal: String(read.message ?? answer.status) };
}
