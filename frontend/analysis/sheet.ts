// The side sheet: one item beside the table, the next and the one before without closing it.
import { Chart } from "./chart";
import { distractors } from "./distractors";
import { type ItemFacts, type PageFacts, read } from "./facts";
import { itemCurve } from "./model";

export class Sheet {
  private readonly body: HTMLElement;
  private readonly title: HTMLElement;
  private charts: Chart[] = [];
  private shown = "";
  private opener: HTMLElement | null = null;

  constructor(
    private readonly dialog: HTMLDialogElement,
    private readonly facts: PageFacts,
  ) {
    this.body = part(dialog, ".sheet-body");
    this.title = part(dialog, ".sheet-place");
    part(dialog, "[data-close]").addEventListener("click", () => dialog.close());
    for (const button of dialog.querySelectorAll<HTMLElement>("[data-step]"))
      button.addEventListener("click", () => this.step(Number(button.dataset.step)));
    dialog.addEventListener("close", () => this.closed());
    dialog.addEventListener("click", (event) => {
      if (event.target === dialog) dialog.close();
    });
    dialog.addEventListener("keydown", (event) => {
      if (event.key === "ArrowRight" && event.altKey) this.step(1);
      if (event.key === "ArrowLeft" && event.altKey) this.step(-1);
    });
  }

  async open(id: string, opener: HTMLElement | null): Promise<void> {
    this.opener = opener ?? this.opener;
    this.shown = id;
    if (!this.dialog.open) this.dialog.showModal();
    this.title.textContent = "…";
    const text = await fetchPart(`${this.facts.address}${id}?part=1`);
    if (this.shown !== id) return;
    this.clear();
    if (text === null) {
      this.body.textContent = this.facts.words.failed ?? "";
      this.title.textContent = "";
      return;
    }
    const sheet = new DOMParser().parseFromString(text, "text/html").querySelector("article");
    this.body.replaceChildren(...(sheet ? [sheet] : []));
    this.title.textContent = sheet?.dataset.title ?? "";
    this.body.scrollTop = 0;
    this.body.focus();
    this.charts = drawPlots(this.body);
    // formulas and tables of the sheet come to life as those of a page do
    this.body.dispatchEvent(new Event("part-shown", { bubbles: true }));
  }

  /** Steps walk the rows as their table shows them: sorted and filtered. */
  private step(by: number): void {
    const table = this.opener?.closest("table") ?? document.getElementById("items");
    const rows = table?.querySelectorAll<HTMLElement>("tbody tr:not([hidden]) a[data-item]") ?? [];
    const links = [...rows];
    const at = links.findIndex((link) => link.dataset.item === this.shown);
    const next = links[at + by]?.dataset.item;
    if (next) void this.open(next, links[at + by] ?? null);
  }

  private clear(): void {
    for (const chart of this.charts) chart.dispose();
    this.charts = [];
    this.body.replaceChildren();
  }

  private closed(): void {
    this.shown = "";
    this.clear();
    this.opener?.focus();
  }
}

export function drawPlots(root: ParentNode): Chart[] {
  const facts = read<ItemFacts>(root, "[data-item-data]");
  if (!facts) return [];
  const charts = [...root.querySelectorAll<HTMLElement>("[data-plot]")].map(
    (place) => new Chart(place, distractors(facts, Number(place.dataset.plot))),
  );
  const place = root.querySelector<HTMLElement>("[data-curve]");
  if (!place || !facts.curve) return charts;
  return [...charts, new Chart(place, itemCurve(facts.curve, facts.words))];
}

function part(dialog: HTMLElement, selector: string): HTMLElement {
  const found = dialog.querySelector<HTMLElement>(selector);
  if (!found) throw new Error(`the sheet lacks ${selector}`);
  return found;
}

async function fetchPart(address: string): Promise<string | null> {
  try {
    const answer = await fetch(address, { headers: { Accept: "text/html" } });
    return answer.ok ? await answer.text() : null;
  } catch {
    return null;
  }
}
