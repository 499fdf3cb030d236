// The paper's keys: single keys act in the question only, never while a text is typed.
import type { FormItem } from "../lib/sealed";
import { move } from "./paper";
import { chosenIds, toggled } from "./question";
import type { Seat } from "./seat";
import * as state from "./state";

/** The place of the option a key names: A–H or 1–8. */
export function optionPlace(key: string): number | null {
  const place = "abcdefgh".indexOf(key.toLowerCase());
  if (key.length === 1 && place >= 0) return place;
  const digit = Number(key);
  return key !== " " && digit >= 1 && digit <= 8 ? digit - 1 : null;
}

export function act(seat: Seat, event: KeyboardEvent): void {
  if (event.key === "Enter" && event.ctrlKey) {
    state.isHandingIn.value = true;
    return;
  }
  const target = event.target as HTMLElement;
  const isTyping = target instanceof HTMLInputElement && target.classList.contains("text-field");
  const isAway = target.closest(".sitting-bar, .answer-card, dialog, .moves") !== null;
  if (isTyping || isAway || !state.hasSingleKeys.value || state.isHandingIn.value) return;
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  const position = state.shownOrder.value[state.current.value - 1];
  const item = position === undefined ? undefined : state.itemAt.value.get(position);
  if (item && apply(seat, item, event.key)) event.preventDefault();
}

function apply(seat: Seat, item: FormItem, key: string): boolean {
  if (key === "ArrowRight" || key === "Enter") move(1);
  else if (key === "ArrowLeft") move(-1);
  else if (key.toLowerCase() === "f" && !item.options?.[5]) flag(seat, item.position);
  else return choose(seat, item, key);
  return true;
}

function flag(seat: Seat, position: number): void {
  const isFlagged = state.flagged.value.has(position);
  void seat.change(isFlagged ? "unflagged" : "flagged", position);
}

function choose(seat: Seat, item: FormItem, key: string): boolean {
  const place = optionPlace(key);
  const option = place === null ? undefined : state.shownOptions(item)[place];
  if (!option) return false;
  const chosen = chosenIds(state.answers.value[String(item.position)]);
  void seat.change("answer", item.position, toggled(item, chosen, option.id));
  return true;
}
