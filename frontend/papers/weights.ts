// The weights of a rule set: their sum as one types, exact to the hundredth.
import { hundredths, markWords, WHOLE } from "./model";
import { say } from "./words";

export function startWeights(form: HTMLFormElement): void {
  const fields = [...form.querySelectorAll<HTMLInputElement>("input[name$='_weight']")];
  const line = form.querySelector<HTMLElement>("[data-weight-sum]");
  if (!line) return;
  const show = () => {
    if (fields.every((field) => field.value === "")) return;
    const sum = fields.reduce((total, field) => total + (hundredths(field.value) ?? 0), 0);
    const difference = markWords(Math.abs(sum - WHOLE));
    const key = sum === WHOLE ? "weights_right" : sum < WHOLE ? "weights_less" : "weights_more";
    line.textContent = `${sum === WHOLE ? "✓" : "⚠"} ${say(key, { sum: markWords(sum), difference })}`;
    line.className = `paper-line ${sum === WHOLE ? "state-ok" : "state-attention"}`;
  };
  for (const field of fields) field.addEventListener("input", show);
  show();
}
