// What the page is handed, and what a key or a step comes to.
import type { Ratings } from "./keeper";

export interface Before {
  own: number | null;
  counts: [number, number][];
  mean: number | null;
  notes: string[];
  difficulty: number | null;
}

export interface Facts {
  round: string;
  number: number;
  method: "angoff" | "yes_no" | "bookmark" | "hofstee";
  language: string;
  pages: number;
  places: number[];
  chance: number;
  name: string;
  ratings: Ratings;
  before: Record<string, Before>;
  isHandedIn: boolean;
}

export interface Addresses {
  items: string;
  ratings: string;
  handIn: string;
  panels: string;
}

export const BOOKMARK = 0;
export const QUESTIONS = [-1, -2, -3, -4] as const;
export const STEP = 5;
export const VALUES = Array.from({ length: 21 }, (_, step) => step * STEP);

/** How many steps there are: the items, and the four questions as one more. */
export function steps(facts: Facts): number {
  return facts.pages + (asksQuestions(facts) ? 1 : 0);
}

export function asksQuestions(facts: Facts): boolean {
  return facts.places.includes(QUESTIONS[0]);
}

/** Where ratings are taken: the item's own place, or the one bookmark. */
export function placeAt(facts: Facts, step: number): number {
  return facts.method === "bookmark" ? BOOKMARK : step;
}

/** What a key gives; null: it gives nothing. */
export function valueByKey(method: string, key: string, now: number | null): number | null {
  if (method === "yes_no") {
    if (key === "y" || key === "Y") return 100;
    return key === "n" || key === "N" ? 0 : null;
  }
  if (method !== "angoff") return null;
  if (/^[0-9]$/.test(key)) return Number(key) * 10;
  if (key === "+" || key === "=" || key === "ArrowUp") return Math.min((now ?? 45) + STEP, 100);
  if (key === "-" || key === "ArrowDown") return Math.max((now ?? 55) - STEP, 0);
  return null;
}

export function isRated(ratings: Ratings, place: number): boolean {
  return (ratings[String(place)]?.value ?? null) !== null;
}

/** The step at which something is missing; null: everything is there. */
export function firstMissing(facts: Facts, ratings: Ratings): number | null {
  const place = facts.places.find((each) => !isRated(ratings, each));
  if (place === undefined) return null;
  if (place < 0) return facts.pages + 1;
  return place === BOOKMARK ? 1 : place;
}
