// The drawn seats: two clicks, or arrows and Enter, fill the form that gives a seat by hand.
import { say } from "./words";

const ARROWS: Record<string, readonly [number, number]> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

const nameOf = (seat: HTMLElement) => seat.querySelector(".plan-name")?.textContent?.trim() ?? "";
const numberOf = (seat: HTMLElement) => (seat.dataset.seat ?? "").split(":")[1] ?? "";
const isTaken = (seat: HTMLElement) => seat.classList.contains("is-taken");

function walk(plan: HTMLElement, event: KeyboardEvent): void {
  const step = ARROWS[event.key];
  const here = event.target as HTMLElement;
  if (!step || !here.dataset.seat) return;
  event.preventDefault();
  const next = neighbour(plan, here, step);
  if (!next) return;
  here.tabIndex = -1;
  next.tabIndex = 0;
  next.focus();
}

/** The nearest seat in a direction, over aisles and empty corners. */
function neighbour(
  plan: HTMLElement,
  here: HTMLElement,
  [down, right]: readonly [number, number],
): HTMLElement | undefined {
  const at = (seat: HTMLElement) =>
    [Number(seat.dataset.row), Number(seat.dataset.column)] as const;
  const [row, column] = at(here);
  const ahead = [...plan.querySelectorAll<HTMLElement>("[data-seat]:not(:disabled)")]
    .map((seat) => {
      const [r, c] = at(seat);
      const forward = (r - row) * down + (c - column) * right;
      const aside = Math.abs((r - row) * right) + Math.abs((c - column) * down);
      return { seat, forward, far: forward + aside * 10 };
    })
    .filter((each) => each.forward > 0);
  return ahead.sort((one, other) => one.far - other.far)[0]?.seat;
}

export function startSeats(form: HTMLFormElement): void {
  const who = form.elements.namedItem("who") as HTMLSelectElement;
  const to = form.elements.namedItem("to") as HTMLSelectElement;
  const reason = form.elements.namedItem("reason") as HTMLInputElement;
  const hint = form.querySelector<HTMLElement>("[data-move-hint]");
  const seats = [...document.querySelectorAll<HTMLElement>("[data-seat-plan] [data-seat]")];
  hint?.setAttribute("role", "status");
  const seatOf = (value: string) => seats.find((seat) => seat.dataset.seat === value);

  const show = () => {
    for (const seat of seats) {
      seat.classList.toggle("is-who", seat.dataset.seat === who.value);
      seat.classList.toggle("is-to", seat.dataset.seat === to.value);
      seat.setAttribute(
        "aria-pressed",
        String([who.value, to.value].includes(seat.dataset.seat ?? "")),
      );
    }
    const [from, target] = [seatOf(who.value), seatOf(to.value)];
    if (!hint || !from) return;
    const facts = { name: nameOf(from), seat: numberOf(from) };
    if (!target) hint.textContent = say("moves", facts);
    else if (isTaken(target))
      hint.textContent = say("exchanges", { ...facts, other: nameOf(target) });
    else hint.textContent = say("moves_to", { ...facts, seat: numberOf(target) });
  };
  const choose = (seat: HTMLElement) => {
    const value = seat.dataset.seat ?? "";
    if (!who.value || to.value) {
      if (!isTaken(seat)) {
        if (hint) hint.textContent = say("choose_who");
        return;
      }
      who.value = value;
      to.value = "";
    } else if (who.value === value) who.value = "";
    else {
      to.value = value;
      reason.focus();
    }
    show();
  };
  for (const seat of seats) seat.addEventListener("click", () => choose(seat));
  for (const plan of document.querySelectorAll<HTMLElement>("[data-seat-plan]"))
    plan.addEventListener("keydown", (event) => walk(plan, event));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || (!who.value && !to.value)) return;
    const back = seatOf(who.value);
    who.value = to.value = "";
    show();
    back?.focus();
  });
  for (const field of [who, to]) field.addEventListener("change", show);
  show();
}
