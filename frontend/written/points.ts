// Points of a rubric: what is typed, whether it counts, the sum and the mark it comes to. Exact:
// hundredths of a point are whole numbers here.
export interface Level {
  points: string;
  words: string;
}

export interface Criterion {
  id: string;
  words: string;
  points: string;
  levels: Level[];
}

export interface Facts {
  criteria: Criterion[];
  max_mark: string;
}

export type Points = Record<string, string>;

/** Hundredths of what was typed; null for what is no number of points. Full width counts too. */
export function hundredths(typed: string): number | null {
  const plain = typed.normalize("NFKC").trim().replace(/[,。]/, ".");
  const found = /^(\d{1,4})(?:\.(\d{1,2}))?$/.exec(plain);
  if (!found) return null;
  return Number(found[1]) * 100 + Number((found[2] ?? "").padEnd(2, "0"));
}

/** What the server gets: half width, a point before decimals. */
export function plainPoints(typed: string): string {
  return typed.normalize("NFKC").trim().replace(/[,。]/, ".");
}

export type Trouble = "missing" | "not_a_number" | "too_many";

export function trouble(criterion: Criterion, typed: string | undefined): Trouble | null {
  if (!typed?.trim()) return "missing";
  const given = hundredths(typed);
  if (given === null) return "not_a_number";
  return given > (hundredths(criterion.points) ?? 0) ? "too_many" : null;
}

/** The sum of what counts so far and of all there is, as texts. */
export function sums(facts: Facts, points: Points): { given: string; whole: string } {
  let given = 0;
  let whole = 0;
  for (const each of facts.criteria) {
    whole += hundredths(each.points) ?? 0;
    const typed = points[each.id] ?? "";
    if (trouble(each, typed) === null) given += hundredths(typed) ?? 0;
  }
  return { given: shown(given), whole: shown(whole) };
}

export function shown(value: number): string {
  const text = (value / 100).toFixed(2);
  return text.replace(/\.?0+$/, "");
}

/** The first criterion that keeps these points from being a mark. */
export function firstTrouble(facts: Facts, points: Points): Criterion | null {
  return facts.criteria.find((each) => trouble(each, points[each.id]) !== null) ?? null;
}

/** How many points a key chooses: a level by its number from the top, or all of them. */
export function chosenByKey(criterion: Criterion, key: string): string | null {
  if (key === "f" || key === "F" || key === "+") return criterion.points;
  return null;
}
