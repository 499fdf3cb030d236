// Elements made in one line.

type Content = Node | string;

export function make<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Record<string, string> = {},
  ...content: Content[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...content);
  return made;
}

/** Give each element fitting the selector in or at the root, once. */
export function each<E extends HTMLElement>(root: ParentNode, selector: string): E[] {
  const found = [...root.querySelectorAll<E>(selector)];
  if (root instanceof HTMLElement && root.matches(selector)) found.unshift(root as unknown as E);
  return found.filter((element) => {
    const mark = `seen${selector.replace(/\W+/g, "_")}`;
    if (mark in element.dataset) return false;
    element.dataset[mark] = "";
    return true;
  });
}

/** Whether nobody has begun to type: a script that comes late must not take the focus away. */
export function isUntouched(): boolean {
  const at = document.activeElement;
  return !at || at === document.body || at.matches("[autofocus]");
}
