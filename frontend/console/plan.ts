// The room on the screen: where each place stands, which way the room is turned, where arrows lead.
import type { Place } from "./facts";

export interface Cell {
  row: number;
  column: number;
}

export interface Grid {
  rows: number;
  columns: number;
}

/** Where a place stands on the screen; a turned room is seen from the other end. */
export function shownAt(cell: Cell, grid: Grid, isTurned: boolean): Cell {
  if (!isTurned) return { row: cell.row, column: cell.column };
  return { row: grid.rows + 1 - cell.row, column: grid.columns + 1 - cell.column };
}

/** The widths of columns or heights of rows: a line without any place is an aisle, and narrow. */
export function tracks(
  count: number,
  places: readonly Place[],
  line: "row" | "column",
  isTurned: boolean,
): ("place" | "aisle")[] {
  const taken = new Set(places.map((place) => place[line]));
  const inOrder = Array.from({ length: count }, (_, index) =>
    taken.has(index + 1) ? ("place" as const) : ("aisle" as const),
  );
  return isTurned ? inOrder.reverse() : inOrder;
}

export type Direction = "up" | "down" | "left" | "right";

const STEPS: Record<Direction, [number, number]> = {
  up: [-1, 0],
  down: [1, 0],
  left: [0, -1],
  right: [0, 1],
};

/** The next cell in a direction: straight on over aisles, else the nearest one beside. */
export function neighbour<C extends Cell>(
  cells: readonly C[],
  from: Cell,
  direction: Direction,
): C | null {
  const [down, right] = STEPS[direction];
  let best: C | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const cell of cells) {
    const ahead = (cell.row - from.row) * down + (cell.column - from.column) * right;
    const aside = Math.abs(
      (cell.row - from.row) * Math.abs(right) + (cell.column - from.column) * Math.abs(down),
    );
    if (ahead <= 0 || aside > ahead) continue;
    const cost = ahead + aside * 3;
    if (cost < least) [best, least] = [cell, cost];
  }
  return best;
}

/** The first or last cell of the line somebody stands in. */
export function endOfLine<C extends Cell>(cells: readonly C[], from: Cell, isLast: boolean): C {
  const line = cells.filter((cell) => cell.row === from.row);
  const ordered = [...line].sort((a, b) => a.column - b.column);
  return ordered[isLast ? ordered.length - 1 : 0] as C;
}
