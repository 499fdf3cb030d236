// Small things of the officer's forms: files dropped, long lists searched, rooms added up.
import { make } from "../staff/dom";
import { proctorsNeeded } from "./plan";
import { say } from "./words";

const LONG_LIST = 12;

/** A form with a file: dropping or choosing one sends it, since nothing is stored by that. */
export function startDrop(form: HTMLFormElement): void {
  const field = form.querySelector<HTMLInputElement>("input[type=file]");
  if (!field) return;
  field.after(make("span", { class: "form-text drop-hint" }, say("drop")));
  const send = () => {
    if (field.files?.length) form.requestSubmit();
  };
  field.addEventListener("change", send);
  // A file chosen before this ran counts as well; one that Back brought back does not.
  const [arrival] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
  if (arrival?.type === "navigate") send();
  form.addEventListener("dragover", (event) => {
    event.preventDefault();
    form.classList.add("is-over");
  });
  form.addEventListener("dragleave", () => form.classList.remove("is-over"));
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    form.classList.remove("is-over");
    const files = event.dataTransfer?.files;
    if (!files?.length) return;
    field.files = files;
    form.requestSubmit();
  });
}

/** A long list gets a field above it that leaves only what fits. */
export function startSearched(list: HTMLSelectElement): void {
  const all = [...list.querySelectorAll("option")].filter((option) => option.value);
  if (all.length <= LONG_LIST) return;
  const words = list.dataset.searched ?? "";
  const field = make("input", {
    type: "search",
    class: "form-control form-control-sm list-search",
    placeholder: words,
    "aria-label": words,
  });
  field.addEventListener("input", () => {
    const wanted = field.value.trim().toLowerCase();
    for (const option of all) option.hidden = !option.text.toLowerCase().includes(wanted);
    const fitting = all.filter((option) => !option.hidden && !option.disabled);
    list.value = wanted && fitting[0] ? fitting[0].value : "";
    field.setAttribute("aria-invalid", String(Boolean(wanted) && !fitting.length));
  });
  list.before(field);
}

/** Say how many seats the rooms chosen have, for how many candidates. */
export function startRooms(group: HTMLElement): void {
  const sum = group.querySelector<HTMLElement>("[data-room-sum]");
  const batch = document.querySelector<HTMLSelectElement>("select[name=batch]");
  const counts: Record<string, number> = JSON.parse(group.dataset.counts ?? "{}");
  const boxes = [...group.querySelectorAll<HTMLInputElement>("input[name=rooms]")];
  const show = () => {
    const chosen = boxes.filter((box) => box.checked).map((box) => Number(box.dataset.capacity));
    const seats = chosen.reduce((all, each) => all + each, 0);
    const count = batch ? (counts[batch.value] ?? 0) : Number(group.dataset.needed ?? 0);
    if (!sum || !count) return;
    const missing = count - seats;
    let left = count;
    const proctors = chosen.reduce((all, each) => {
      const here = Math.min(left, each);
      left -= here;
      return all + proctorsNeeded(here);
    }, 0);
    sum.classList.toggle("state-danger", missing > 0);
    sum.textContent = say(missing > 0 ? "rooms_short" : "rooms_sum", {
      seats,
      count,
      missing,
      proctors,
    });
  };
  for (const field of [...boxes, ...(batch ? [batch] : [])]) field.addEventListener("change", show);
  show();
}
