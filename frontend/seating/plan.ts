// A room's plan as values: cells, numbers, capacity, undo. Knows no page.

export type Cell = "S" | "B" | ".";
export type Cells = readonly (readonly Cell[])[];
export type Numbering = "rows" | "snake" | "columns" | "columns_snake";
export type Door = "left" | "right";

export const LARGEST = 30;
const SEATS_PER_PROCTOR = 15;
const FEWEST_PROCTORS = 2;

/** Read the lines of a plan; what is missing becomes seats, what is too much is cut. */
export function parsed(text: string, rows: number, columns: number): Cells {
  const lines = text.trim() ? text.replace(/^\n+|\n+$/g, "").split("\n") : [];
  return grid(rows, columns, (row, column) => cellOf(lines[row]?.trim()[column] ?? "S"));
}

function cellOf(letter: string): Cell {
  const upper = letter.toUpperCase();
  return upper === "S" || upper === "B" ? upper : ".";
}

export function written(cells: Cells): string {
  return cells.map((line) => line.join("")).join("\n");
}

function grid(
  rows: number,
  columns: number,
  cell: (row: number, column: number) => Cell,
): readonly (readonly Cell[])[] {
  return Array.from({ length: rows }, (_, row) =>
    Array.from({ length: columns }, (_, column) => cell(row, column)),
  );
}

export function resized(cells: Cells, rows: number, columns: number): Cells {
  return grid(rows, columns, (row, column) => cells[row]?.[column] ?? "S");
}

export function painted(cells: Cells, row: number, column: number, cell: Cell): Cells {
  if (cells[row]?.[column] === undefined || cells[row]?.[column] === cell) return cells;
  return cells.map((line, at) =>
    at === row ? line.map((each, place) => (place === column ? cell : each)) : line,
  );
}

/** Put a column without seats in front of a place; a plan that is as wide as it may be stays. */
export function withAisle(cells: Cells, at: number): Cells {
  if ((cells[0]?.length ?? 0) >= LARGEST) return cells;
  return cells.map((line) => [...line.slice(0, at), "." as const, ...line.slice(at)]);
}

/** Number the seats as proctor.seating_plan.numbered does; 0 where there is none. */
export function numbered(cells: Cells, numbering: Numbering, door: Door): number[][] {
  const rows = [...cells.keys()];
  const width = cells[0]?.length ?? 0;
  const columns = Array.from({ length: width }, (_, at) => (door === "left" ? at : width - 1 - at));
  const byColumns = numbering.startsWith("columns");
  const [outer, inner] = byColumns ? [columns, rows] : [rows, columns];
  const found = cells.map((line) => line.map(() => 0));
  let number = 0;
  outer.forEach((line, place) => {
    const way = numbering.endsWith("snake") && place % 2 ? [...inner].reverse() : inner;
    for (const each of way) {
      const [row, column] = byColumns ? [each, line] : [line, each];
      if (cells[row]?.[column] !== ".") (found[row] as number[])[column] = ++number;
    }
  });
  return found;
}

export function counted(cells: Cells): { seats: number; broken: number } {
  const all = cells.flat();
  return {
    seats: all.filter((cell) => cell === "S").length,
    broken: all.filter((cell) => cell === "B").length,
  };
}

/** One proctor for 15 candidates, never fewer than two. */
export function proctorsNeeded(candidates: number): number {
  if (candidates <= 0) return 0;
  return Math.max(FEWEST_PROCTORS, Math.ceil(candidates / SEATS_PER_PROCTOR));
}

export interface Past {
  readonly before: readonly Cells[];
  readonly now: Cells;
  readonly after: readonly Cells[];
}

export function begun(cells: Cells): Past {
  return { before: [], now: cells, after: [] };
}

export function done(past: Past, cells: Cells): Past {
  if (written(cells) === written(past.now)) return past;
  return { before: [...past.before, past.now], now: cells, after: [] };
}

export function undone(past: Past): Past {
  const now = past.before[past.before.length - 1];
  if (!now) return past;
  return { before: past.before.slice(0, -1), now, after: [past.now, ...past.after] };
}

export function redone(past: Past): Past {
  const [now, ...after] = past.after;
  if (!now) return past;
  return { before: [...past.before, past.now], now, after };
}
