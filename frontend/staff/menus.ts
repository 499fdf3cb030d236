// Menus of the top bar, the rail on small screens, printing.
import { each } from "./dom";

function closeOthers(event: Event): void {
  for (const menu of document.querySelectorAll<HTMLDetailsElement>("details.menu[open]"))
    if (!(event.target instanceof Node && menu.contains(event.target))) menu.open = false;
}

function closeByKey(event: KeyboardEvent): void {
  if (event.key !== "Escape") return;
  const menu = document.querySelector<HTMLDetailsElement>("details.menu[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary")?.focus();
}

export function startMenus(): void {
  document.documentElement.classList.add("has-script");
  document.querySelector(".tabs [aria-current]")?.scrollIntoView({ block: "nearest" });
  document.addEventListener("click", closeOthers);
  document.addEventListener("focusin", closeOthers);
  document.addEventListener("keydown", closeByKey);
  const toggle = document.querySelector<HTMLElement>("[data-rail]");
  toggle?.addEventListener("click", () => {
    const isOpen = document.querySelector(".rail")?.classList.toggle("is-open") ?? false;
    toggle.setAttribute("aria-expanded", String(isOpen));
  });
}

export function startPrinting(root: ParentNode): void {
  for (const button of each(root, "[data-print]")) button.addEventListener("click", () => print());
}
