// What the bank's panes show: a list, an item, and which lines are marked; the address says it.
import { getPart } from "../lib/http";
import { showTicks } from "./ticks";
import { say } from "./words";

export interface Panes {
  root: HTMLElement;
  list: HTMLElement;
  item: HTMLElement;
}

export type How = "push" | "replace";
let itemTurn = 0;
let listTurn = 0;
/** The item on its way: what a key means is meant for it, not for the one before. */
export let opening = Promise.resolve();
/** Whether an input method is at work in the search: it must not lose its field. */
export const composing = { isNow: false };

export async function open(panes: Panes, link: HTMLAnchorElement, how: How): Promise<void> {
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

export function go(address: URL, how: How): void {
  if (how === "push") history.pushState(null, "", address);
  else history.replaceState(null, "", address);
}

/** What is shown stays in the address when the list beside it changes. */
export function keepItem(panes: Panes, address: URL): void {
  const uid = panes.item.querySelector<HTMLElement>("[data-uid]")?.dataset.uid;
  if (uid) address.searchParams.set("item", uid);
}

/** Where the panes stand below each other, an item opened by hand would open out of sight. */
export function bringInSight(panes: Panes, pane: HTMLElement): void {
  if (getComputedStyle(panes.root).display === "block") pane.scrollIntoView();
}

export async function showItem(panes: Panes, part: string, address: URL): Promise<void> {
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

export async function showList(panes: Panes, address: URL): Promise<void> {
  const mine = ++listTurn;
  const part = new URL(panes.root.dataset.listAddress ?? "", location.href);
  part.search = address.search;
  const asked = searchField(panes)?.value;
  const html = await getPart(part.href);
  // an input method must not lose its field: what it composes asks again
  if (mine !== listTurn || composing.isNow) return;
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
export function showHere(panes: Panes): void {
  panes.list.querySelector(".is-here")?.scrollIntoView({ block: "center" });
  panes.root.querySelector(".bank-tree [aria-current]")?.scrollIntoView({ block: "nearest" });
}

export function searchField(panes: Panes): HTMLInputElement | null {
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
