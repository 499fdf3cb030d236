// Items ticked in the list, and the form that acts on them.

let last: HTMLInputElement | null = null;

export function startTicks(list: HTMLElement): void {
  list.addEventListener("click", (event) => {
    const box = event.target as HTMLInputElement;
    if (!box.matches("[data-tick]")) return;
    if (event.shiftKey) tickUpTo(list, box);
    last = box;
  });
  list.addEventListener("change", (event) => {
    const box = event.target as HTMLInputElement;
    if (box.matches("[data-tick-all]")) for (const each of ticks(list)) each.checked = box.checked;
    if (box.matches("[data-tick], [data-tick-all], [data-bulk-kind]")) showTicks(list);
  });
  showTicks(list);
}

/** Tick the item that is shown; with Shift, all from the last one ticked. */
export function tickHere(list: HTMLElement, isRange: boolean): void {
  const box = list.querySelector<HTMLInputElement>("tr.is-here [data-tick]");
  if (!box) return;
  box.checked = isRange || !box.checked;
  if (isRange) tickUpTo(list, box);
  last = box;
  showTicks(list);
}

/** How many are ticked, and only the fields that what is to be done asks for. */
export function showTicks(list: HTMLElement): void {
  const form = list.querySelector<HTMLFormElement>("[data-bulk]");
  if (!form) return;
  const ticked = ticks(list).filter((each) => each.checked).length;
  const count = form.querySelector<HTMLElement>("[data-ticked]");
  if (count) {
    count.hidden = ticked === 0;
    count.textContent = String(ticked);
  }
  const kind = form.querySelector<HTMLSelectElement>("[data-bulk-kind]")?.value ?? "";
  for (const part of form.querySelectorAll<HTMLElement>("[data-for]"))
    part.hidden = !part.dataset.for?.split(" ").includes(kind);
}

function tickUpTo(list: HTMLElement, box: HTMLInputElement): void {
  const all = ticks(list);
  const [from, to] = [all.indexOf(last as HTMLInputElement), all.indexOf(box)];
  if (from < 0) return;
  for (const each of all.slice(Math.min(from, to), Math.max(from, to) + 1))
    each.checked = box.checked;
}

function ticks(list: HTMLElement): HTMLInputElement[] {
  return [...list.querySelectorAll<HTMLInputElement>("[data-tick]")];
}
