// The keys of the bank's panes: arrows walk tree and list, letters act on the item that is shown.
import { isSingleKey, pressKey } from "./keys";
import { open, opening, type Panes, searchField } from "./pane_contents";
import { tickHere } from "./ticks";
import { walkTree } from "./tree";

export function pressedInPanes(panes: Panes, event: KeyboardEvent): void {
  const target = event.target as HTMLElement;
  if (target.closest(".bank-tree")) {
    walkTree(event);
    return;
  }
  if (!target.closest("#bank-list") || target.matches("input, select, textarea, summary")) return;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) {
    event.preventDefault();
    walkList(panes, step);
  } else if (event.key === "Enter" && target.matches("a[data-item]")) {
    event.preventDefault();
    panes.item.focus();
  }
}

/** One line on; at the end of a page, the next page. */
function walkList(panes: Panes, step: number): void {
  const links = [...panes.list.querySelectorAll<HTMLAnchorElement>("a[data-item]")];
  const here = links.findIndex((link) => link.getAttribute("aria-current"));
  const focused = links.indexOf(document.activeElement as HTMLAnchorElement);
  const from = focused >= 0 ? focused : here;
  const next = links[from < 0 ? 0 : from + step];
  if (next) {
    walkTo(panes, next);
    return;
  }
  const page = panes.list.querySelector<HTMLAnchorElement>(`a[rel=${step > 0 ? "next" : "prev"}]`);
  if (page) void turnPage(panes, page, step);
}

function walkTo(panes: Panes, link: HTMLAnchorElement): void {
  link.focus();
  link.closest("tr")?.scrollIntoView({ block: "nearest" });
  void open(panes, link, "replace");
}

async function turnPage(panes: Panes, page: HTMLAnchorElement, step: number): Promise<void> {
  await open(panes, page, "replace");
  const links = [...panes.list.querySelectorAll<HTMLAnchorElement>("a[data-item]")];
  const next = step > 0 ? links[0] : links[links.length - 1];
  if (next) walkTo(panes, next);
}

export function pressedAnywhere(panes: Panes, event: KeyboardEvent): void {
  if (!isSingleKey(event)) return;
  const target = event.target as HTMLElement;
  if (event.key === "/") {
    event.preventDefault();
    const field = searchField(panes);
    field?.focus();
    field?.select();
    return;
  }
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step && (target === document.body || target === panes.item)) {
    event.preventDefault();
    walkList(panes, step);
    return;
  }
  if (/^x$/i.test(event.key)) {
    event.preventDefault();
    tickHere(panes.list, event.shiftKey);
    return;
  }
  if (!/^[cneas?]$/i.test(event.key)) return;
  const key = event.key.toLowerCase();
  if (panes.item.hasAttribute("aria-busy")) {
    event.preventDefault();
    void opening.then(() => act(panes, key));
  } else if (act(panes, key)) event.preventDefault();
}

function act(panes: Panes, key: string): boolean {
  if (key === "c") {
    panes.item.querySelector<HTMLElement>("#comment-text")?.focus();
    return true;
  }
  if (key === "?") {
    document.querySelector<HTMLElement>("[data-keys-help]")?.click();
    return true;
  }
  const isPressed = pressKey(key);
  if (key === "n" && isPressed) document.querySelector<HTMLElement>("[data-new]")?.focus();
  return isPressed;
}
