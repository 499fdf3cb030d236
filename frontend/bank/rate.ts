// Rating by keys: a digit answers the first question, the next one the second; Esc goes back to
// the first, Enter rates.
import { isSingleKey } from "./keys";

export function startRating(form: HTMLFormElement): void {
  const scales = [...form.querySelectorAll<HTMLElement>("[data-scale]")];
  let here = scales.findIndex((scale) => !chosen(scale));
  if (here < 0) here = scales.length - 1;
  mark(scales, here);
  form.addEventListener("change", (event) => {
    const scale = (event.target as HTMLElement).closest<HTMLElement>("[data-scale]");
    if (!scale) return;
    here = Math.min(scales.indexOf(scale) + 1, scales.length - 1);
    mark(scales, here);
  });
  addEventListener("keydown", (event) => {
    if (!isSingleKey(event)) return;
    if (event.key === "Escape") {
      here = 0;
      mark(scales, here);
    } else if (/^[1-5]$/.test(event.key)) {
      event.preventDefault();
      scales[here]?.querySelector<HTMLInputElement>(`input[value="${event.key}"]`)?.click();
    } else if (event.key === "Enter" && !(event.target as HTMLElement).closest("a, button")) {
      event.preventDefault();
      form.requestSubmit();
    }
  });
}

function chosen(scale: HTMLElement): boolean {
  return scale.querySelector("input:checked") !== null;
}

function mark(scales: HTMLElement[], here: number): void {
  for (const [place, scale] of scales.entries()) scale.classList.toggle("is-here", place === here);
}
