// Forms: the summary leads to its fields, unsaved work is guarded, nothing typed is lost.
import { each, isUntouched, make } from "./dom";
import { say } from "./words";

const KEPT = "typed:";

function summaries(root: ParentNode): void {
  for (const summary of each(root, "[data-error-summary]")) {
    for (const link of summary.querySelectorAll<HTMLAnchorElement>("a[href^='#']")) {
      const field = document.getElementById(link.hash.slice(1));
      if (!field) continue;
      const label = labelOf(field);
      if (label) link.prepend(`${label}：`);
      link.addEventListener("click", (event) => {
        event.preventDefault();
        field.focus();
        field.scrollIntoView({ block: "center" });
      });
    }
    if (root !== document || isUntouched()) summary.focus();
  }
}

function labelOf(field: HTMLElement): string {
  const label =
    field instanceof HTMLFieldSetElement
      ? field.querySelector("legend")
      : document.querySelector(`label[for="${CSS.escape(field.id)}"]`);
  return (label?.firstChild?.textContent ?? "").trim();
}

type Typed = [name: string, value: string][];
type Copy = { at: number; typed: Typed; isHeld: boolean };

function typedIn(form: HTMLFormElement): Typed {
  const hidden = new Set(["csrf_token", "next"]);
  for (const field of form.querySelectorAll<HTMLInputElement>("input[type=password]"))
    hidden.add(field.name);
  return [...new FormData(form)].filter(
    (entry): entry is [string, string] => typeof entry[1] === "string" && !hidden.has(entry[0]),
  );
}

function keyOf(form: HTMLFormElement): string {
  return KEPT + new URL(form.action).pathname;
}

/** Warn before leaving with changes, and keep a copy until the server has taken them. */
function guard(form: HTMLFormElement): void {
  const before = JSON.stringify(typedIn(form));
  const isReshown = document.querySelector("[data-error-summary]") !== null;
  let isSent = false;
  const warn = (event: BeforeUnloadEvent) => {
    if (isSent || (!isReshown && JSON.stringify(typedIn(form)) === before)) return;
    event.preventDefault();
    event.returnValue = say("leave");
  };
  window.addEventListener("beforeunload", warn);
  form.addEventListener("submit", () => {
    isSent = true;
    const copy: Copy = { at: Date.now(), typed: typedIn(form), isHeld: false };
    sessionStorage.setItem(keyOf(form), JSON.stringify(copy));
  });
}

/** A page that is neither an error nor a sign-in says that the server took what was sent.
 *
 * After an error the copy is held until its form is sent again or the reader discards it.
 */
function settleCopies(): void {
  const isRefused = document.querySelector("[data-not-stored]") !== null;
  const isShownAgain = document.querySelector("[data-error-summary]") !== null;
  for (const key of Object.keys(sessionStorage)) {
    if (!key.startsWith(KEPT)) continue;
    const copy = copyAt(key);
    if (isRefused && copy) sessionStorage.setItem(key, JSON.stringify({ ...copy, isHeld: true }));
    else if (!isShownAgain && copy?.isHeld) offerAt(key);
    else if (!isRefused && !isShownAgain) sessionStorage.removeItem(key);
  }
}

function copyAt(key: string): Copy | null {
  const copy: Copy | null = JSON.parse(sessionStorage.getItem(key) ?? "null");
  return copy?.typed ? copy : null;
}

function offerAt(key: string): void {
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-guard], form.form-work"))
    if (keyOf(form) === key) offer(form, key);
}

/** Whoever signs out leaves nothing typed behind for the next person at this computer. */
function forgetAtSignOut(): void {
  for (const form of document.querySelectorAll("form[data-sign-out]"))
    form.addEventListener("submit", () => {
      for (const key of Object.keys(sessionStorage))
        if (key.startsWith(KEPT)) sessionStorage.removeItem(key);
    });
}

function offer(form: HTMLFormElement, key: string): void {
  const copy = copyAt(key);
  if (!copy || JSON.stringify(copy.typed) === JSON.stringify(typedIn(form))) return;
  const time = new Date(copy.at).toLocaleTimeString(document.documentElement.lang);
  const restore = make("button", { type: "button", class: "btn btn-sm btn-primary" });
  restore.textContent = say("restore");
  const forget = make("button", { type: "button", class: "btn btn-sm btn-link" }, say("forget"));
  const acts = make("div", { class: "d-flex gap-2" }, restore, forget);
  const words = make("p", {}, say("kept", { time }));
  const notice = make("div", { class: "notice notice-attention", role: "status" });
  notice.append(make("div", { class: "notice-body" }, words, acts));
  form.before(notice);
  restore.addEventListener("click", () => {
    putBack(form, copy.typed);
    sessionStorage.removeItem(key);
    notice.remove();
  });
  forget.addEventListener("click", () => {
    sessionStorage.removeItem(key);
    notice.remove();
  });
}

function putBack(form: HTMLFormElement, typed: Typed): void {
  for (const field of form.querySelectorAll<HTMLInputElement>(
    "input[type=checkbox], input[type=radio]",
  ))
    field.checked = typed.some(([name, value]) => name === field.name && value === field.value);
  for (const [name, value] of typed) {
    const field = form.elements.namedItem(name);
    if (field instanceof HTMLInputElement && !["checkbox", "radio"].includes(field.type))
      field.value = value;
    if (field instanceof HTMLTextAreaElement || field instanceof HTMLSelectElement)
      field.value = value;
  }
  form.querySelector<HTMLElement>("input:not([type=hidden]), select, textarea")?.focus();
}

/** A second click while the first is on its way does nothing. */
function sendOnce(form: HTMLFormElement): void {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent !== undefined) event.preventDefault();
    form.dataset.sent = "";
    setTimeout(() => delete form.dataset.sent, 3000);
  });
}

export function startForms(root: ParentNode): void {
  summaries(root);
  if (root === document) {
    settleCopies();
    forgetAtSignOut();
  }
  for (const form of each<HTMLFormElement>(root, "form.form-work, form[data-guard]"))
    if (form.method === "post") guard(form);
  for (const form of each<HTMLFormElement>(root, "form[method=post]")) sendOnce(form);
}
