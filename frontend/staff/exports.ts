// A table is taken away as it is shown: the rows that are there, in their order.
import { make } from "./dom";
import { say } from "./words";

/** Let the links send the keys of the rows shown; rows without keys leave them as they are. */
export function prepareExports(exports: HTMLElement, keysShown: () => string[]): void {
  exports.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    if (!link) return;
    event.preventDefault();
    sendFor(link.href, keysShown());
  });
}

export function tellCount(exports: HTMLElement, count: number): void {
  const words = exports.querySelector("[data-export-count]");
  if (words) words.textContent = say("export_count", { count });
}

/** The answer is a file to keep, so the page stays. Keys may be too many for an address. */
function sendFor(address: string, keys: string[]): void {
  const token = document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? "";
  const form = make("form", { method: "post", action: address, hidden: "" });
  form.append(make("input", { type: "hidden", name: "csrf_token", value: token }));
  form.append(make("input", { type: "hidden", name: "rows", value: keys.join("\n") }));
  document.body.append(form);
  form.submit();
  form.remove();
}
