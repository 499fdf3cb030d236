// The simulated draw: slider and fields ask again by themselves, and the page stays where it is.
const WAIT_MS = 250;

export function startDraw(form: HTMLFormElement): void {
  const result = document.querySelector<HTMLElement>("#draw-result");
  const slider = form.querySelector<HTMLInputElement>("[data-slides]");
  const number = form.querySelector<HTMLInputElement>(`[name="${slider?.dataset.slides}"]`);
  let waiting = 0;
  let asked = 0;
  form.addEventListener("input", (event) => {
    if (slider && number && event.target === slider) number.value = slider.value;
    else if (slider && number && event.target === number) slider.value = number.value;
    window.clearTimeout(waiting);
    waiting = window.setTimeout(() => void ask(), WAIT_MS);
  });

  async function ask(): Promise<void> {
    if (!form.checkValidity()) return;
    const address = new URL(location.href);
    address.search = new URLSearchParams(
      [...new FormData(form)].map(([name, value]) => [name, String(value)]),
    ).toString();
    asked += 1;
    const mine = asked;
    const answer = await fetch(address).catch(() => null);
    if (!answer?.ok || !result) return form.submit(); // the page itself says what is wrong
    const text = await answer.text();
    if (mine !== asked) return; // asked again meanwhile
    const page = new DOMParser().parseFromString(text, "text/html");
    result.replaceChildren(...(page.querySelector("#draw-result")?.childNodes ?? []));
    history.replaceState(null, "", address);
  }
}
