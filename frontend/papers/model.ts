// A paper structure while it is written: its rows as typed, its totals in exact hundredths.

export const IMPORTANCE = ["X", "Y", "Z"] as const;
export const WHOLE = 10_000; // 100 marks in hundredths

export interface Section {
  key: number;
  type: string;
  title: string;
  count: string;
  mark: string;
  /** Pilot items beside those that count. */
  pilots: string;
  titles?: Record<string, string>; // in other languages
}

export interface Cell {
  key: number;
  area: string;
  type: string;
  count: string;
}

export interface Band {
  key: number;
  kind: string;
  name: string;
  low: string;
  high: string;
}

export interface Draft {
  blueprint: string;
  title: string;
  minutes: string;
  sections: Section[];
  areas: Record<string, string>;
  cells: Cell[];
  importance: Record<string, string>;
  low: string;
  high: string;
  bands: Band[];
  reuse: Record<string, string>;
  level: string;
  work_type: string;
  /** What candidates read of pilot items, by language. */
  notices: Record<string, string>;
}

/** A structure as the server gives and takes it. */
export interface Sent {
  blueprint?: string;
  title?: string;
  minutes?: number | string | null;
  sections?: {
    type: string;
    title: string;
    count: number | string;
    mark: string;
    pilots?: number | string;
    titles?: Record<string, string>;
  }[];
  areas?: Record<string, number | string>;
  cells?: { area: string; type: string; count: number | string }[];
  importance?: Record<string, number | string>;
  difficulty_low?: number | string | null;
  difficulty_high?: number | string | null;
  bands?: { kind: string; name: string; low: string | null; high: string | null }[];
  reuse?: Record<string, number | string>;
  level?: string;
  work_type?: string;
  notices?: Record<string, string>;
}

export interface Area {
  path: string;
  name: string;
  tier: number;
  weight: string | null;
  active: number;
  types: Record<string, number>;
}

export interface Supply {
  /** Skill levels and work types that points of the bank name. */
  levels: string;
  work_types: string[];
  types: Record<string, number>;
  /** Items in the pilot, by type. */
  pilots: Record<string, number>;
  areas: Area[];
  importance: Record<string, number>;
  difficulty: number | null;
  figures: {
    items: number;
    words: number | null;
    known: number;
    p_value: number | null;
    papers: number;
  };
}

let lastKey = 0;
export const newKey = () => ++lastKey;

export const plain = (text: string) => text.normalize("NFKC").trim();

/** A count as typed; full-width digits are read too. Nothing typed or no number: null. */
export function counted(text: string): number | null {
  const typed = plain(text);
  return /^\d{1,4}$/.test(typed) ? Number(typed) : null;
}

/** A mark as typed, in hundredths; a decimal comma is read too. */
export function hundredths(text: string): number | null {
  const found = /^(\d{1,3})(?:[.,](\d{1,2}))?$/.exec(plain(text));
  if (!found) return null;
  return Number(found[1]) * 100 + Number((found[2] ?? "").padEnd(2, "0"));
}

export function markWords(amount: number): string {
  const whole = Math.floor(amount / 100);
  const rest = String(amount % 100).padStart(2, "0");
  return `${whole}.${rest}`.replace(/\.?0+$/, "");
}

/** What a section gives in hundredths; null while its count or mark is missing. */
export function sectionMark(section: Section): number | null {
  const [count, mark] = [counted(section.count), hundredths(section.mark)];
  return count === null || mark === null ? null : count * mark;
}

export function totals(sections: readonly Section[]) {
  return {
    items: sections.reduce((sum, each) => sum + (counted(each.count) ?? 0), 0),
    marks: sections.reduce((sum, each) => sum + (sectionMark(each) ?? 0), 0),
    pilots: sections.reduce((sum, each) => sum + (counted(each.pilots) ?? 0), 0),
  };
}

/** How many items of each type the sections ask for. */
export function askedTypes(
  sections: readonly Section[],
  what: "count" | "pilots" = "count",
): Map<string, number> {
  const asked = new Map<string, number>();
  for (const each of sections) {
    const count = counted(each[what]) ?? 0;
    if (what === "count" || count) asked.set(each.type, (asked.get(each.type) ?? 0) + count);
  }
  return asked;
}

const above = (path: string) => path.slice(0, Math.max(0, path.lastIndexOf("-")));
const liesIn = (path: string, area: string) => path.startsWith(`${area}-`);

/** The sum of counts that stand in no other counted range. */
export function tops(counts: Record<string, string>): number {
  const named = Object.entries(counts).filter(([, text]) => counted(text) !== null);
  return named
    .filter(([path]) => !named.some(([other]) => liesIn(path, other)))
    .reduce((sum, [, text]) => sum + (counted(text) ?? 0), 0);
}

/** The sum of what is asked below a range; null where nothing is. */
export function askedBelow(counts: Record<string, string>, path: string): number | null {
  const below = Object.entries(counts).filter(
    ([other, text]) => liesIn(other, path) && counted(text) !== null,
  );
  return below.length ? tops(Object.fromEntries(below)) : null;
}

/** Whole numbers in proportion to weights, largest remainder; ties go to the first named. */
export function sharedOut(weights: readonly number[], total: number): number[] {
  const whole = weights.reduce((sum, each) => sum + each, 0);
  if (whole <= 0) return weights.map(() => 0);
  const shares = weights.map((weight) => Math.floor((weight * total) / whole));
  const order = weights
    .map((weight, place) => ({ place, rest: (weight * total) % whole }))
    .sort((one, other) => other.rest - one.rest);
  const left = total - shares.reduce((sum, each) => sum + each, 0);
  for (const { place } of order.slice(0, left)) shares[place] = (shares[place] ?? 0) + 1;
  return shares;
}

/** Counts for the lowest weighted ranges, tier by tier, as the server shares them out. */
export function byWeights(areas: readonly Area[], total: number): Record<string, string> {
  return sharedBelow("", areas, total);
}

function sharedBelow(parent: string, areas: readonly Area[], total: number) {
  const inside = areas.filter((area) => area.weight !== null && above(area.path) === parent);
  const weights = inside.map((area) => Math.round(Number(area.weight) * 1_000_000));
  if (!weights.some((weight) => weight > 0))
    return parent ? { [parent]: String(total) } : ({} as Record<string, string>);
  const counts: Record<string, string> = {};
  sharedOut(weights, total).forEach((share, place) => {
    Object.assign(counts, sharedBelow(inside[place]?.path ?? "", areas, share));
  });
  return counts;
}

/** Counts of X, Y and Z by shares such as 50:30:20; null when that is no ratio. */
export function byRatio(ratio: string, total: number): Record<string, string> | null {
  const found = /^(\d{1,3})\s*:\s*(\d{1,3})\s*:\s*(\d{1,3})$/.exec(plain(ratio));
  const parts = (found ?? []).slice(1).map(Number);
  if (!parts.some((part) => part > 0)) return null;
  const shares = sharedOut(parts, total);
  return Object.fromEntries(IMPORTANCE.map((name, place) => [name, String(shares[place])]));
}

const texts = (counts: Record<string, number | string> = {}) =>
  Object.fromEntries(Object.entries(counts).map(([name, count]) => [name, String(count)]));
const text = (value: number | string | null | undefined) =>
  value === null || value === undefined ? "" : String(value);

export function opened(sent: Sent): Draft {
  return {
    blueprint: sent.blueprint ?? "",
    title: sent.title ?? "",
    minutes: text(sent.minutes),
    sections: rowsOf(sent.sections),
    areas: texts(sent.areas),
    cells: (sent.cells ?? []).map((each) => ({ ...each, count: text(each.count), key: newKey() })),
    importance: texts(sent.importance),
    low: text(sent.difficulty_low),
    high: text(sent.difficulty_high),
    bands: (sent.bands ?? []).map((each) => ({
      ...each,
      low: text(each.low),
      high: text(each.high),
      key: newKey(),
    })),
    reuse: texts(sent.reuse),
    level: sent.level ?? "",
    work_type: sent.work_type ?? "",
    notices: { ...sent.notices },
  };
}

export function rowsOf(sections: Sent["sections"] = []): Section[] {
  return sections.map((each) => ({
    ...each,
    count: text(each.count),
    pilots: each.pilots ? text(each.pilots) : "",
    key: newKey(),
  }));
}

const some = (counts: Record<string, string>) =>
  Object.fromEntries(
    Object.entries(counts)
      .map(([name, typed]) => [name, plain(typed)])
      .filter(([, typed]) => typed !== ""),
  );

/** What is sent: rows as typed, so that the server names what is wrong with them. */
export function sentOf(draft: Draft): Sent {
  return {
    blueprint: draft.blueprint,
    title: draft.title,
    minutes: plain(draft.minutes),
    sections: draft.sections.map(({ type, title, count, mark, pilots, titles }) => ({
      type,
      title,
      ...(titles ? { titles: some(titles) } : {}),
      count: plain(count),
      mark: plain(mark).replace(",", "."),
      ...(plain(pilots) ? { pilots: plain(pilots) } : {}),
    })),
    areas: some(draft.areas),
    cells: draft.cells.map(({ area, type, count }) => ({ area, type, count: plain(count) })),
    importance: some(draft.importance),
    difficulty_low: plain(draft.low) || null,
    difficulty_high: plain(draft.high) || null,
    bands: draft.bands.map(({ kind, name, low, high }) => ({
      kind,
      name,
      low: plain(low).replace(",", ".") || null,
      high: plain(high).replace(",", ".") || null,
    })),
    reuse: some(draft.reuse),
    level: draft.level,
    work_type: draft.work_type,
    ...(Object.keys(some(draft.notices)).length ? { notices: some(draft.notices) } : {}),
  };
}

export function moved<Row>(rows: readonly Row[], from: number, to: number): Row[] {
  const left = [...rows];
  const [row] = left.splice(from, 1);
  if (row !== undefined) left.splice(to, 0, row);
  return left;
}
