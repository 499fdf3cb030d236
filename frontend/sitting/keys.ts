// The paper's keys. No key has two meanings: letters choose as many options as there are, but F
// flags always, so a sixth option is chosen by 6. Nothing acts while a text is typed.
import { seats } from "types:seat";
import { toggled } from "../lib/fields/answers";
import type { AnyItem } from "../lib/fields/field";
import type { Answer } from "../lib/outbox";
import * as adaptive from "./adaptive";
import { move } from "./places";
import type { Seat } from "./seat";
import * as state from "./state";
import { view } from "./view";

export type Meaning =
  | { act: "choose"; place: number }
  | { act: "move"; step: 1 | -1 }
  | { act: "flag" }
  | { act: "next" };

/** What a single key means at a question with so many options to choose from. */
export function meaningOf(key: string, nOptions: number): Meaning | null {
  if (key === "ArrowRight") return { act: "move", step: 1 };
  if (key === "ArrowLeft") return { act: "move", step: -1 };
  if (key === "Enter") return { act: "next" };
  if (key.length !== 1) return null;
  if (key.toLowerCase() === "f") return { act: "flag" };
  const place = /^[1-8]$/.test(key) ? Number(key) - 1 : "abcdefgh".indexOf(key.toLowerCase());
  return place >= 0 && place < nOptions ? { act: "choose", place } : null;
}

export function nOptions(item: AnyItem | undefined): number {
  return item && seats[item.type]?.hasLetters ? (item.options?.length ?? 0) : 0;
}

/** Whether a text or a list takes the keys itself. */
function isTyping(target: HTMLElement): boolean {
  return target.matches("input.text-field, textarea, select, [contenteditable]");
}

function hasModifier(event: KeyboardEvent): boolean {
  return event.ctrlKey || event.altKey || event.metaKey;
}

/** Enter on a button or link presses it and means nothing more. */
function isPressed(event: KeyboardEvent, target: HTMLElement): boolean {
  return event.key === "Enter" && target.closest("button, a, summary") !== null;
}

function isOpenDialog(): boolean {
  return document.querySelector("dialog[open]") !== null;
}

/** The practice question's keys: they choose, nothing else. */
export function listenForChoices(
  item: () => AnyItem,
  change: (change: (now: Answer) => Answer) => void,
): () => void {
  const listen = (event: KeyboardEvent) => {
    const target = event.target as HTMLElement;
    if (isTyping(target) || hasModifier(event) || event.isComposing) return;
    const meaning = meaningOf(event.key, nOptions(item()));
    if (meaning?.act !== "choose") return;
    const option = item().options?.[meaning.place];
    if (option) change((now) => toggled(item().type, now, option.id));
  };
  addEventListener("keydown", listen);
  return () => removeEventListener("keydown", listen);
}

export function listenForKeys(seat: Seat): () => void {
  const listen = (event: KeyboardEvent) => act(seat, event);
  addEventListener("keydown", listen);
  return () => removeEventListener("keydown", listen);
}

function act(seat: Seat, event: KeyboardEvent): void {
  if (isOpenDialog() || event.isComposing) return;
  if (event.key === "Enter" && event.ctrlKey) {
    event.preventDefault();
    state.isHandingIn.value = true;
    return;
  }
  const target = event.target as HTMLElement;
  const isAway = target.closest(".sitting-bar, .answer-card, .moves, .proctor-message") !== null;
  if (isTyping(target) || isAway || !view.value.hasKeys) return;
  if (hasModifier(event) || isPressed(event, target)) return;
  if (apply(seat, target, event.key)) event.preventDefault();
}

function apply(seat: Seat, target: HTMLElement, key: string): boolean {
  const position = positionAt(target);
  const item = position === undefined ? undefined : state.itemAt.value.get(position);
  if (!item || position === undefined) return false;
  const part = item.parts?.find((each) => each.id === partAt(target));
  const meaning = meaningOf(key, nOptions(part ?? item));
  if (!meaning) return false;
  if (meaning.act === "move") move(meaning.step);
  else if (meaning.act === "next") move(1);
  else if (meaning.act === "flag") flag(seat, position);
  else choose(target, position, part?.id, meaning.place);
  return true;
}

/** The question that has the focus, else the one that is shown. */
function positionAt(target: HTMLElement): number | undefined {
  const place = target.closest<HTMLElement>("[data-position]")?.dataset.position;
  return place === undefined ? state.currentPosition.value : Number(place);
}

function partAt(target: HTMLElement): string | undefined {
  return target.closest<HTMLElement>("[data-part]")?.dataset.part;
}

export function flag(seat: Seat, position: number): void {
  if (adaptive.told.value) return; // nothing to come back to
  const isFlagged = state.flagged.value.has(position);
  void seat.change(isFlagged ? "unflagged" : "flagged", position);
}

/** A key does what a click on the option's card does: there is one way to answer. */
function choose(
  target: HTMLElement,
  position: number,
  part: string | undefined,
  place: number,
): void {
  const question = document.querySelector(`[data-position="${position}"]`);
  const root = part === undefined ? question : target.closest("[data-part]");
  root?.querySelectorAll<HTMLInputElement>(".option input")[place]?.click();
}
