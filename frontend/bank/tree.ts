// The blueprint as a tree of links: ranges fold, arrows walk, Enter shows the range's items.
export function foldTree(root: HTMLElement): void {
  for (const item of root.querySelectorAll<HTMLElement>(".tree-item[data-open]"))
    setOpen(item, item.dataset.open === "yes");
  root.addEventListener("click", (event) => {
    const twist = (event.target as HTMLElement).closest<HTMLElement>("button.tree-twist");
    const item = twist?.closest<HTMLElement>(".tree-item");
    if (item) setOpen(item, item.dataset.open !== "yes");
  });
}

function setOpen(item: HTMLElement, isOpen: boolean): void {
  item.dataset.open = isOpen ? "yes" : "no";
  item
    .querySelector(":scope > .tree-row > .tree-twist")
    ?.setAttribute("aria-expanded", String(isOpen));
}

/** ↑ ↓ to the row before and after, → opens or goes in, ← closes or goes out. */
export function walkTree(event: KeyboardEvent): void {
  const link = (event.target as HTMLElement).closest<HTMLElement>("a.tree-link");
  const item = link?.closest<HTMLElement>(".tree-item");
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step && link) {
    event.preventDefault();
    rows()[rows().indexOf(link) + step]?.focus();
  } else if (event.key === "ArrowRight" && item?.dataset.open) {
    event.preventDefault();
    if (item.dataset.open === "no") setOpen(item, true);
    else item.querySelector<HTMLElement>(":scope > .tree-list a.tree-link")?.focus();
  } else if (event.key === "ArrowLeft" && item) {
    event.preventDefault();
    if (item.dataset.open === "yes") setOpen(item, false);
    else
      item.parentElement
        ?.closest<HTMLElement>(".tree-item")
        ?.querySelector<HTMLElement>("a.tree-link")
        ?.focus();
  }
}

function rows(): HTMLElement[] {
  const links = document.querySelectorAll<HTMLElement>(".bank-tree a.tree-link");
  return [...links].filter((link) => link.offsetParent !== null);
}
