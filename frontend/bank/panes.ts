// The bank's three panes: the list is walked with arrows, an item opens in place, the address
// always says what is shown, so that it can be kept, shared and gone back to.

import { getPart } from "../lib/http";
import { startComments } from "./comments";
import { isSingleKey, pressKey } from "./keys";
import { startReview } from "./review";
import { showTicks, startTicks, tickHere } from "./ticks";
import { foldTree, walkTree } from "./tree";
import { say } from "./words";

const SEARCH_AFTER_MS = 250;

interface Panes {
  root: HTMLElement;
  list: HTMLElement;
  item: HTMLElement;
}

type How = "push" | "replace";
let itemTurn = 0;
let listTurn = 0;
let isComposing = false;
/** The item on its way: what a key means is meant for it, not for the one before. */
let opening = Promise.resolve();

export function startPanes(root: HTMLElement): void {
  const list = root.querySelector<HTMLElement>("#bank-list");
  const item = root.querySelector<HTMLElement>("#bank-item");
  if (!list || !item) return;
  const panes = { root, list, item };
  foldTree(root);
  root.addEventListener("click", (event) => clicked(panes, event));
  root.addEventListener("keydown", (event) => pressedInPanes(panes, event));
  addEventListener("keydown", (event) => pressedAnywhere(panes, event));
  addEventListener("popstate", () => void follow(panes));
  watchFilter(panes);
  startReview(list);
  startComments(item);
  startTicks(list);
  showHere(panes);
  root.dataset.ready = "";
}

/** Links of lists, items and the tree act in place; with Ctrl or the middle button as links. */
function clicked(panes: Panes, event: MouseEvent): void {
  const target = event.target as HTMLElement;
  const changes = target.closest<HTMLElement>("[data-changes]");
  if (changes) return void showChanges(changes);
  if (target.closest("input, label, select, .list-tick")) return;
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
  const link =
    target.closest<HTMLAnchorElement>("a[data-pane], a[data-list], a[data-at]") ??
    target.closest("tr")?.querySelector<HTMLAnchorElement>("a[data-item]");
  if (
    !link ||
    !panes.root.contains(link) ||
    (target.closest("a, button") && !target.closest("a[data-pane], a[data-list], a[data-at]"))
  )
    return;
  event.preventDefault();
  void open(panes, link, "push");
}

async function open(panes: Panes, link: HTMLAnchorElement, how: How): Promise<void> {
  const address = new URL(link.href);
  if (link.dataset.pane) {
    go(address, how);
    opening = showItem(panes, link.dataset.pane, address);
    await opening;
    if (how === "push") bringInSight(panes, panes.item);
    return;
  }
  keepItem(panes, address);
  go(address, how);
  await showList(panes, address);
}

function go(address: URL, how: How): void {
  if (how === "push") history.pushState(null, "", address);
  else history.replaceState(null, "", address);
}

/** What is shown stays in the address when the list beside it changes. */
function keepItem(panes: Panes, address: URL): void {
  const uid = panes.item.querySelector<HTMLElement>("[data-uid]")?.dataset.uid;
  if (uid) address.searchParams.set("item", uid);
}

/** Where the panes stand below each other, an item opened by hand would open out of sight. */
function bringInSight(panes: Panes, pane: HTMLElement): void {
  if (getComputedStyle(panes.root).display === "block") pane.scrollIntoView();
}

/** Show what the address says, as after going back. */
async function follow(panes: Panes): Promise<void> {
  const address = new URL(location.href);
  const uid = address.searchParams.get("item");
  const shown = panes.item.querySelector<HTMLElement>("[data-uid]")?.dataset.uid ?? null;
  await showList(panes, address);
  if (!uid) {
    panes.item.textContent = say("chooseItem");
    bringInSight(panes, panes.list);
  }
  if (!uid || uid === shown) return;
  const part = new URL((panes.root.dataset.itemAddress ?? "").replace("UID", uid), location.href);
  part.search = address.search;
  await showItem(panes, part.href, address);
}

async function showItem(panes: Panes, part: string, address: URL): Promise<void> {
  const mine = ++itemTurn;
  mark(panes, address.searchParams.get("item"));
  panes.item.setAttribute("aria-busy", "true");
  const html = await getPart(part);
  if (mine !== itemTurn) return; // another one was opened meanwhile
  panes.item.removeAttribute("aria-busy");
  if (html === null) {
    panes.item.textContent = say("openFailed");
    return;
  }
  panes.item.innerHTML = html;
  panes.item.scrollTop = 0;
  panes.item.dispatchEvent(new Event("part-shown", { bubbles: true }));
}

async function showList(panes: Panes, address: URL): Promise<void> {
  const mine = ++listTurn;
  const part = new URL(panes.root.dataset.listAddress ?? "", location.href);
  part.search = address.search;
  const asked = searchField(panes)?.value;
  const html = await getPart(part.href);
  // an input method must not lose its field: what it composes asks again
  if (mine !== listTurn || isComposing) return;
  if (html === null) {
    const count = panes.list.querySelector(".list-count");
    if (count) count.textContent = say("listFailed");
    return;
  }
  const before = searchField(panes);
  const typed = before !== document.activeElement ? null : before;
  panes.list.innerHTML = html;
  showTicks(panes.list);
  if (typed) typeOn(panes, typed, typed.value !== asked);
  markTree(panes, address.searchParams.get("at") ?? "");
  mark(panes, new URL(location.href).searchParams.get("item"));
}

function mark(panes: Panes, uid: string | null): void {
  for (const link of panes.list.querySelectorAll<HTMLElement>("a[data-item]")) {
    const isHere = link.dataset.item === uid;
    if (isHere) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
    link.closest("tr")?.classList.toggle("is-here", isHere);
  }
}

function markTree(panes: Panes, at: string): void {
  for (const link of panes.root.querySelectorAll<HTMLElement>("a[data-at]"))
    if (link.dataset.at === at) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
}

/** At the start: the chosen line in sight. */
function showHere(panes: Panes): void {
  panes.list.querySelector(".is-here")?.scrollIntoView({ block: "center" });
  panes.root.querySelector(".bank-tree [aria-current]")?.scrollIntoView({ block: "nearest" });
}

function pressedInPanes(panes: Panes, event: KeyboardEvent): void {
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

function pressedAnywhere(panes: Panes, event: KeyboardEvent): void {
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

function searchField(panes: Panes): HTMLInputElement | null {
  return panes.list.querySelector("#q");
}

/** Go on typing in the new list's field; what was typed since the list was asked for stays. */
function typeOn(panes: Panes, before: HTMLInputElement, hasMore: boolean): void {
  const field = searchField(panes);
  if (!field) return;
  const end = field.value.length;
  if (hasMore) field.value = before.value;
  field.focus();
  if (hasMore) field.setSelectionRange(before.selectionStart, before.selectionEnd);
  else field.setSelectionRange(end, end);
}

/** Filters act as they are changed; the search when the keys rest. */
function watchFilter(panes: Panes): void {
  let timer = 0;
  const apply = (how: How) => {
    const form = panes.list.querySelector<HTMLFormElement>("[data-filter-form]");
    if (!form) return;
    const address = new URL(form.action);
    for (const [name, value] of new FormData(form))
      if (value) address.searchParams.append(name, String(value));
    keepItem(panes, address);
    go(address, how);
    void showList(panes, address);
  };
  panes.list.addEventListener("change", (event) => {
    const target = event.target as HTMLElement;
    if (target.matches("[data-filter-form] :is([type=checkbox], [type=radio])")) apply("push");
  });
  panes.list.addEventListener("input", (event) => {
    const target = event.target as HTMLElement;
    if (!target.matches("#q") || (event as InputEvent).isComposing) return;
    clearTimeout(timer);
    timer = window.setTimeout(() => apply("replace"), SEARCH_AFTER_MS);
  });
  panes.list.addEventListener("compositionstart", () => {
    isComposing = true;
  });
  panes.list.addEventListener("compositionend", () => {
    isComposing = false;
    clearTimeout(timer);
    timer = window.setTimeout(() => apply("replace"), SEARCH_AFTER_MS);
  });
  panes.list.addEventListener("submit", (event) => {
    if (!(event.target as HTMLElement).matches("[data-filter-form]")) return;
    event.preventDefault();
    apply("push");
  });
}

async function showChanges(button: HTMLElement): Promise<void> {
  const isOpen = button.getAttribute("aria-expanded") === "true";
  button.setAttribute("aria-expanded", String(!isOpen));
  const shown = button.parentElement?.querySelector(".changes");
  if (isOpen) return shown?.remove();
  const html = await getPart(button.dataset.changes ?? "");
  if (html !== null) button.insertAdjacentHTML("afterend", html);
}
