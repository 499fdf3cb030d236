// The bank's three panes: the list is walked with arrows, an item opens in place, the address
// always says what is shown, so that it can be kept, shared and gone back to.
import { getPart } from "../lib/http";
import { startComments } from "./comments";
import { bringInSight, open, type Panes, showHere, showItem, showList } from "./pane_contents";
import { watchFilter } from "./pane_filter";
import { pressedAnywhere, pressedInPanes } from "./pane_keys";
import { startReview } from "./review";
import { startTicks } from "./ticks";
import { foldTree } from "./tree";
import { say } from "./words";

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

async function showChanges(button: HTMLElement): Promise<void> {
  const isOpen = button.getAttribute("aria-expanded") === "true";
  button.setAttribute("aria-expanded", String(!isOpen));
  const shown = button.parentElement?.querySelector(".changes");
  if (isOpen) return shown?.remove();
  const html = await getPart(button.dataset.changes ?? "");
  if (html !== null) button.insertAdjacentHTML("afterend", html);
}
