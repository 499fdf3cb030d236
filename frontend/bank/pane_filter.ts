// The list's filters act as they are changed; the search when the keys rest.
import { composing, go, type How, keepItem, type Panes, showList } from "./pane_contents";

const SEARCH_AFTER_MS = 250;

export function watchFilter(panes: Panes): void {
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
    composing.isNow = true;
  });
  panes.list.addEventListener("compositionend", () => {
    composing.isNow = false;
    clearTimeout(timer);
    timer = window.setTimeout(() => apply("replace"), SEARCH_AFTER_MS);
  });
  panes.list.addEventListener("submit", (event) => {
    if (!(event.target as HTMLElement).matches("[data-filter-form]")) return;
    event.preventDefault();
    apply("push");
  });
}
