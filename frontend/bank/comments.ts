// Comments at their places: words chosen in the item go with the comment; C begins one; words
// that an open comment speaks of are marked where they stand.

export function startComments(root: HTMLElement): void {
  markPlaces(root);
  if (new URLSearchParams(location.search).get("to") === "comments") goToComments(root);
  root.addEventListener("part-shown", () => markPlaces(root));
  document.addEventListener("selectionchange", () => takeWords(root));
}

/** Only the pane moves: an anchor in the address would push the page's head out of sight. */
function goToComments(root: HTMLElement): void {
  const comments = root.querySelector<HTMLElement>("#comments");
  if (!comments) return;
  const top = comments.getBoundingClientRect().top - root.getBoundingClientRect().top;
  if (root.scrollHeight > root.clientHeight) root.scrollTop += top;
  else comments.scrollIntoView();
}

/** The place and the words that are chosen in the item go into the field for a comment. */
function takeWords(root: HTMLElement): void {
  const form = root.querySelector<HTMLFormElement>("[data-comment-new]");
  const chosen = getSelection();
  const place = placeOf(chosen?.anchorNode ?? null);
  if (!form || !chosen || chosen.isCollapsed || !place || !place.contains(chosen.focusNode)) return;
  const words = chosen.toString().replace(/\s+/g, " ").trim();
  if (!words) return;
  const select = form.querySelector<HTMLSelectElement>("[name=place]");
  if (select) select.value = place.dataset.place ?? "item";
  quote(form, words);
  if (select) select.onchange = () => quote(form, "");
}

function quote(form: HTMLFormElement, words: string): void {
  const field = form.querySelector<HTMLInputElement>("[name=quote]");
  const shown = form.querySelector<HTMLElement>("[data-quote]");
  if (field) field.value = words;
  if (!shown) return;
  shown.textContent = words;
  shown.hidden = !words;
}

function placeOf(node: Node | null): HTMLElement | null {
  const element = node instanceof HTMLElement ? node : (node?.parentElement ?? null);
  return (
    element?.closest<HTMLElement>("[data-places] [data-place], [data-places][data-place]") ?? null
  );
}

/** Mark the words that open comments speak of. */
function markPlaces(root: HTMLElement): void {
  for (const comment of root.querySelectorAll<HTMLElement>("[data-comment]:not(.is-resolved)")) {
    const words = comment.dataset.words ?? "";
    const at = CSS.escape(comment.dataset.of ?? "");
    const place = root.querySelector<HTMLElement>(`[data-places] [data-place="${at}"]`);
    if (words && place) markWords(place, words);
  }
}

function markWords(place: HTMLElement, words: string): void {
  const walk = document.createTreeWalker(place, NodeFilter.SHOW_TEXT);
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    const start = (node as Text).data.indexOf(words);
    if (start < 0) continue;
    const range = document.createRange();
    range.setStart(node, start);
    range.setEnd(node, start + words.length);
    const mark = document.createElement("mark");
    range.surroundContents(mark);
    return;
  }
}
