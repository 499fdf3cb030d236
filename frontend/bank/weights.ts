// Weights of ranges: what those beside each other come to, against the range above them.
export interface Sum {
  /** The range above; empty for the whole table. */
  path: string;
  total: number;
  whole: number;
  isRight: boolean;
}

const WHOLE = 100;
const SCALE = 10_000; // as many decimals as a weight in store has

/** The number that is typed; null where there is none. */
export function weightOf(text: string): number | null {
  const plain = text.normalize("NFKC").replace(/%\s*$/, "").trim();
  return /^\d+(\.\d+)?$/.test(plain) ? Math.round(Number(plain) * SCALE) : null;
}

/** Sums of all ranges that have weights below them, the whole first. */
export function sumsOf(weights: ReadonlyMap<string, string>): Sum[] {
  const groups = new Map<string, (number | null)[]>();
  for (const [path, text] of weights) {
    const above = path.includes("-") ? path.slice(0, path.lastIndexOf("-")) : "";
    groups.set(above, [...(groups.get(above) ?? []), weightOf(text)]);
  }
  const sums: Sum[] = [];
  for (const [path, group] of [...groups].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const whole = path ? weightOf(weights.get(path) ?? "") : WHOLE * SCALE;
    const given = group.filter((each) => each !== null);
    if (!given.length || whole === null) continue;
    const total = given.reduce((sum, each) => sum + each, 0);
    const isRight = total === whole && given.length === group.length;
    sums.push({ path, total: total / SCALE, whole: whole / SCALE, isRight });
  }
  return sums;
}

/** Cells copied from a spreadsheet, row by row; null for a single one, pasted as usual. */
export function pastedCells(text: string): string[][] | null {
  const rows = text.replace(/\r?\n$/, "").split(/\r?\n/);
  const cells = rows.map((row) => row.split("\t").map((cell) => cell.trim()));
  return cells.length > 1 || (cells[0]?.length ?? 0) > 1 ? cells : null;
}
