// Acts that first name what will happen and ask for a reason: the dialog beside the button.
import { each } from "./dom";

function fields(dialog: HTMLDialogElement): NodeListOf<HTMLTextAreaElement> {
  return dialog.querySelectorAll("textarea, input:not([type=hidden]), select");
}

function start(button: HTMLElement): void {
  const dialog = button.nextElementSibling;
  if (!(dialog instanceof HTMLDialogElement)) return;
  const title = dialog.querySelector("h2");
  if (title) {
    title.id ||= `ask-${Math.random().toString(36).slice(2)}`;
    dialog.setAttribute("aria-labelledby", title.id);
  }
  button.addEventListener("click", () => {
    // closed, its fields are out of the form: another button must not stumble over them
    for (const field of fields(dialog)) field.disabled = false;
    const count = button.closest<HTMLElement>(".bulk-bar")?.dataset.count;
    for (const place of dialog.querySelectorAll("[data-chosen-count]"))
      place.textContent = count ?? "";
    dialog.showModal();
    fields(dialog)[0]?.focus();
  });
  dialog.addEventListener("close", () => {
    for (const field of fields(dialog)) field.disabled = true;
    button.focus();
  });
  dialog.querySelector("[data-close]")?.addEventListener("click", () => dialog.close());
  dialog.addEventListener("keydown", (event) => {
    const isField = event.target instanceof HTMLInputElement;
    if (event.key === "Enter" && isField) event.preventDefault();
  });
}

export function startDialogs(root: ParentNode): void {
  for (const button of each(root, "[data-ask]")) start(button);
}
