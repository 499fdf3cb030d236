// A form changed by hand: what may come for an item is shown beside the list, which stays in place.
import { isUntouched } from "../staff/dom";
import { startCurves } from "./curves";

function shown(pane: Element): void {
  const curves = pane.querySelector("#form-curves")?.textContent;
  if (curves) startCurves(JSON.parse(curves));
}

/** Mark the item that is taken out; the list itself is never drawn anew. */
function mark(root: Element, position: string | null): void {
  for (const row of root.querySelectorAll<HTMLElement>("[data-position]"))
    row.classList.toggle("is-leaving", row.dataset.position === position);
}

class Editing {
  private asked = 0;

  constructor(
    private readonly root: HTMLElement,
    private readonly pane: Element,
  ) {
    root.addEventListener("click", (event) => this.clicked(event));
    root.addEventListener("submit", (event) => this.submitted(event));
    addEventListener("popstate", () => location.reload());
    shown(pane);
    // also when a click came before this script and the browser went there itself
    if (isUntouched()) this.focus();
  }

  private clicked(event: MouseEvent): void {
    const link = (event.target as Element).closest<HTMLAnchorElement>("a[data-pane]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    void this.show(link.href);
  }

  private submitted(event: SubmitEvent): void {
    const form = event.target as HTMLFormElement;
    if (form.dataset.pane === undefined) return;
    event.preventDefault();
    const query = new URLSearchParams(new FormData(form) as unknown as Record<string, string>);
    void this.show(`${form.action.split("?")[0]}?${query}`);
  }

  /** Ask for the page and take its pane; whatever goes wrong, the browser goes there itself. */
  private async show(address: string): Promise<void> {
    const number = ++this.asked;
    this.pane.setAttribute("aria-busy", "true");
    const answer = await fetch(address).catch(() => null);
    const text = answer?.ok ? await answer.text() : "";
    if (number !== this.asked) return;
    const found = new DOMParser().parseFromString(text, "text/html").getElementById("edit-pane");
    if (!found) {
      location.assign(address);
      return;
    }
    this.pane.replaceChildren(...found.childNodes);
    this.pane.removeAttribute("aria-busy");
    history.pushState(null, "", address);
    mark(this.root, new URL(address, location.href).searchParams.get("position"));
    this.pane.dispatchEvent(new Event("part-shown", { bubbles: true }));
    shown(this.pane);
    this.pane.scrollTo({ top: 0 });
    this.focus();
  }

  private focus(): void {
    const place = this.pane.querySelector<HTMLElement>("[data-focus]");
    place?.focus({ preventScroll: matchMedia("(min-width: 1001px)").matches });
  }
}

export function startEditing(root: HTMLElement): void {
  const pane = root.querySelector("#edit-pane");
  if (pane) new Editing(root, pane);
}
