// What an answer to an item is made of, and how much of it is there. Nothing here knows a page.
import { seats } from "types:seat";
import type { Answer, PartAnswer } from "../outbox";
import type { FormItem, FormOption, ItemContent } from "../sealed";

export type Fullness = "empty" | "partial" | "full";
export type Pair = [string, string];
export type Spot = [number, number];
type Item = Pick<FormItem, "parts"> & Partial<ItemContent>;

export const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/** The ids an answer to a choice or an order names. */
export function chosenIds(answer: Answer | undefined): string[] {
  if (Array.isArray(answer)) return answer.filter((each) => typeof each === "string");
  return typeof answer === "string" && answer !== "" ? [answer] : [];
}

/** The answer after an option has been chosen (again). */
export function toggled(type: string, answer: Answer, id: string): Answer {
  if (type !== "multiple") return id;
  const chosen = chosenIds(answer);
  const next = chosen.includes(id) ? chosen.filter((each) => each !== id) : [...chosen, id];
  return next.length > 0 ? next.sort() : null;
}

/** The texts of an answer to blanks. */
export function filledTexts(answer: Answer): Record<string, string> {
  if (answer === null || typeof answer !== "object" || Array.isArray(answer)) return {};
  const entries = Object.entries(answer).filter(
    (each): each is [string, string] => typeof each[1] === "string",
  );
  return Object.fromEntries(entries);
}

export function withText(answer: Answer, blank: string, text: string): Answer {
  const next = { ...filledTexts(answer), [blank]: text };
  return Object.values(next).some((each) => each.trim() !== "") ? next : null;
}

/** The pairs of an answer to a matching. */
export function pairsOf(answer: Answer): Pair[] {
  if (!Array.isArray(answer)) return [];
  return answer.filter(
    (each): each is Pair => Array.isArray(each) && typeof each[0] === "string" && each.length === 2,
  );
}

/** The pairs after a left got a right (`null`: none); without reuse it leaves where it was. */
export function matched(
  item: Item,
  answer: Answer,
  left: string,
  right: string | null,
): Pair[] | null {
  const others = pairsOf(answer).filter(
    ([one, other]) => one !== left && (item.reuse || other !== right),
  );
  const next = right === null ? others : [...others, [left, right] as Pair];
  const place = (pair: Pair) => (item.left ?? []).findIndex((each) => each.id === pair[0]);
  return next.length > 0 ? next.sort((a, b) => place(a) - place(b)) : null;
}

/** What has been put in order so far, without what stood there from the start. */
export function placedIds(item: Item, answer: Answer): string[] {
  const fixed = new Set(fixedPlaces(item.options).values());
  return chosenIds(answer).filter((id) => !fixed.has(id));
}

/** The answer that says this order: fixed ones in their places, cut at the first empty place. */
export function orderOf(item: Item, placed: readonly string[]): string[] | null {
  if (placed.length === 0) return null;
  const [fixed, waiting] = [fixedPlaces(item.options), [...placed]];
  const order: string[] = [];
  for (let place = 0; place < (item.options?.length ?? 0); place += 1) {
    const next = fixed.get(place) ?? waiting.shift();
    if (next === undefined) break;
    order.push(next);
  }
  return order;
}

/** Put one at a place among those placed, wherever it was before. */
export function putAt(placed: readonly string[], id: string, place: number): string[] {
  const others = placed.filter((each) => each !== id);
  return [...others.slice(0, place), id, ...others.slice(place)];
}

function fixedPlaces(options: readonly FormOption[] = []): Map<number, string> {
  const found = options.map((option, place) => [place, option] as const);
  return new Map(found.filter(([, o]) => o.fixed).map(([place, option]) => [place, option.id]));
}

/** The place an answer points at. */
export function spotOf(answer: Answer): Spot | null {
  if (!Array.isArray(answer) || answer.length !== 2) return null;
  const [x, y] = answer;
  return typeof x === "number" && typeof y === "number" ? [x, y] : null;
}

/** The answer to one part of an item set. */
export function partAnswer(answer: Answer, part: string): PartAnswer {
  if (answer === null || typeof answer !== "object" || Array.isArray(answer)) return null;
  return answer[part] ?? null;
}

export function withPart(answer: Answer, part: string, given: PartAnswer): Answer {
  const now = answer !== null && typeof answer === "object" && !Array.isArray(answer) ? answer : {};
  const next: Record<string, PartAnswer> = { ...now, [part]: given };
  return Object.values(next).some((each) => hasSomething(each)) ? next : null;
}

/** Whether anything has been given. */
export function hasSomething(answer: Answer | undefined): boolean {
  if (answer === null || answer === undefined) return false;
  if (typeof answer === "string") return answer.trim() !== "";
  if (Array.isArray(answer)) return answer.length > 0;
  return Object.values(answer).some((part) => hasSomething(part));
}

/** How much of what an item asks for has been given. */
export function fullness(item: Item, answer: Answer | undefined): Fullness {
  if (answer === undefined || !hasSomething(answer)) return "empty";
  return given(item, answer) < asked(item) ? "partial" : "full";
}

/** How many things an item asks for. */
export function asked(item: Item): number {
  return seats[item.type ?? ""]?.asked?.(item) ?? 1;
}

function given(item: Item, answer: Answer): number {
  return seats[item.type ?? ""]?.given?.(item, answer) ?? 1;
}
