// Going from question to question: the place is kept, and the focus follows when asked for.
import { signal } from "@preact/signals";
import { flushDrafts } from "../lib/fields/drafts";
import * as state from "./state";
import { change } from "./view";

/** The question whose heading is to get the focus next. */
export const wanted = signal<{ number: number; asked: number }>({ number: 0, asked: 0 });

/** Show a question and move there; what is being typed is given first. */
export function goTo(number: number): void {
  const last = state.shownOrder.value.length;
  if (number < 1 || number > last) return;
  flushDrafts();
  change({ place: number });
  wanted.value = { number, asked: wanted.peek().asked + 1 };
}

export function move(step: number): void {
  goTo(state.current.value + step);
}

/** Take note of where the reader has scrolled to: nothing moves. */
export function isAt(number: number): void {
  if (state.current.value !== number) change({ place: number });
}
