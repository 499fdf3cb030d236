// Choosing rows of a table and the bar of what can be done with them.
import { each, make } from "./dom";
import { between } from "./rows";
import { say } from "./words";

const BOX = "td.select input[type=checkbox]";

function start(form: HTMLFormElement): void {
  const table = form.querySelector<HTMLTableElement>("table");
  const bar = form.querySelector<HTMLElement>(".bulk-bar");
  if (!table || !bar) return;
  const words = make("strong", { class: "bulk-count", role: "status" });
  const none = make("button", { type: "button", class: "btn btn-sm btn-link" }, say("choose_none"));
  bar.prepend(words);
  bar.append(none);
  const all = headBox(table);
  let last: HTMLInputElement | null = null;

  const shownBoxes = () =>
    [...table.querySelectorAll<HTMLInputElement>(BOX)].filter((box) => !box.closest("tr")?.hidden);

  const tell = () => {
    const shown = shownBoxes();
    // what a filter hides is not chosen: an act must fall on what the reader sees
    for (const box of table.querySelectorAll<HTMLInputElement>(BOX)) {
      if (!shown.includes(box)) box.checked = false;
      box.closest("tr")?.classList.toggle("is-chosen", box.checked);
    }
    const count = shown.filter((box) => box.checked).length;
    bar.hidden = count === 0;
    words.textContent = say("chosen", { count });
    bar.dataset.count = String(count);
    if (all) {
      all.checked = count > 0 && count === shown.length;
      all.indeterminate = count > 0 && count < shown.length;
    }
  };

  table.addEventListener("click", (event) => {
    const box = event.target;
    if (!(box instanceof HTMLInputElement) || !box.matches(BOX)) return;
    const shown = shownBoxes();
    if (event.shiftKey && last && shown.includes(last))
      for (const place of between(shown.indexOf(last), shown.indexOf(box))) {
        const other = shown[place];
        if (other) other.checked = box.checked;
      }
    last = box;
    tell();
  });
  all?.addEventListener("change", () => {
    for (const box of shownBoxes()) box.checked = all.checked;
    tell();
  });
  none.addEventListener("click", () => {
    for (const box of shownBoxes()) box.checked = false;
    tell();
    all?.focus();
  });
  table.addEventListener("rows-shown", tell);
  tell();
}

/** Return the box of the head that chooses every row shown; made when the page has none. */
function headBox(table: HTMLTableElement): HTMLInputElement | null {
  const head = table.querySelector<HTMLElement>("th.select");
  if (!head) return null;
  const there = head.querySelector<HTMLInputElement>("input");
  if (there) return there;
  const made = make("input", { type: "checkbox", "aria-label": say("choose_all") });
  head.replaceChildren(made);
  return made;
}

export function startSelection(root: ParentNode): void {
  for (const form of each<HTMLFormElement>(root, "form[data-bulk]")) start(form);
}
