// What a table shows and in which order: plain facts in, no page. Tested without a browser.

export type SortKind = "text" | "number" | "date";
export type Value = { value: string; shown: string };
/** A cell that holds several things at once lists them; filters look at each. */
export type Cell = Value & { each?: Value[] };
export type Row = { cells: Cell[]; text: string };
export type Order = { column: number; kind: SortKind; descending: boolean };
export type Wanted = { search: string; filters: ReadonlyMap<number, ReadonlySet<string>> };

/** Say whether a row contains every searched word and one value of each filtered column. */
export function fits(row: Row, wanted: Wanted): boolean {
  const text = row.text.toLowerCase();
  const words = wanted.search.toLowerCase().split(/\s+/).filter(Boolean);
  if (!words.every((word) => text.includes(word))) return false;
  for (const [column, values] of wanted.filters) {
    const held = valuesIn(row.cells[column]);
    if (values.size > 0 && !held.some((each) => values.has(each.value))) return false;
  }
  return true;
}

function valuesIn(cell: Cell | undefined): Value[] {
  return cell ? (cell.each ?? [cell]) : [];
}

/** Return a cell's number; units, signs and thousands separators do not disturb it. */
export function numberOf(text: string): number | null {
  const found = text
    .replace(/[,\s\u00a0]/g, "")
    .replace("−", "-")
    .match(/-?\d+(?:\.\d+)?/);
  return found ? Number(found[0]) : null;
}

function compare(a: string, b: string, kind: SortKind, collator: Intl.Collator): number {
  if (kind !== "number") return collator.compare(a, b);
  return (numberOf(a) ?? 0) - (numberOf(b) ?? 0);
}

function isEmpty(text: string, kind: SortKind): boolean {
  return kind === "number" ? numberOf(text) === null : text === "" || text === "–";
}

/** Return the rows' places in order: equal rows keep theirs, empty cells stand last both ways. */
export function inOrder(rows: readonly Row[], order: Order | null, language: string): number[] {
  const places = rows.map((_, place) => place);
  if (order === null) return places;
  const collator = new Intl.Collator(language, { numeric: true });
  const value = (place: number): string => rows[place]?.cells[order.column]?.value ?? "";
  return places.sort((left, right) => {
    const [a, b] = [value(left), value(right)];
    const [noA, noB] = [isEmpty(a, order.kind), isEmpty(b, order.kind)];
    if (noA || noB) return noA === noB ? left - right : noA ? 1 : -1;
    const way = compare(a, b, order.kind, collator) * (order.descending ? -1 : 1);
    return way || left - right;
  });
}

/** Return a column's values with their words and how many rows have each, in order of words. */
export function valuesOf(
  rows: readonly Row[],
  column: number,
  language: string,
): { value: string; shown: string; count: number }[] {
  const found = new Map<string, { value: string; shown: string; count: number }>();
  for (const row of rows) {
    for (const { value, shown } of valuesIn(row.cells[column])) {
      if (value === "") continue;
      const seen = found.get(value) ?? { value, shown, count: 0 };
      seen.count += 1;
      found.set(value, seen);
    }
  }
  const collator = new Intl.Collator(language, { numeric: true });
  return [...found.values()].sort((a, b) => collator.compare(a.shown, b.shown));
}

/** Return the places from one row to another, both included, whichever comes first. */
export function between(from: number, to: number): number[] {
  const [low, high] = from < to ? [from, to] : [to, from];
  return Array.from({ length: high - low + 1 }, (_, step) => low + step);
}
