// A table of links that arrow keys walk: to the next cell that has one, in the row or column.
const STEPS: Record<string, [number, number]> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

/** The place of the next filled cell from one in a direction; null at the edge. */
export function nextCell(
  filled: readonly (readonly boolean[])[],
  from: readonly [number, number],
  step: readonly [number, number],
): [number, number] | null {
  let [row, column] = [from[0] + step[0], from[1] + step[1]];
  while (filled[row]?.[column] !== undefined) {
    if (filled[row]?.[column]) return [row, column];
    row += step[0];
    column += step[1];
  }
  return null;
}

/** Let arrow keys walk over the links marked data-cell; Tab leads to the row heads beside them. */
export function walkGrid(table: HTMLTableElement): void {
  const rows = [...(table.tBodies[0]?.rows ?? [])].map((row) => [...row.cells]);
  const cells = rows.map((row) =>
    row.map((cell) => cell.querySelector<HTMLElement>("[data-cell]")),
  );
  const filled = cells.map((row) => row.map((cell) => cell !== null));
  table.addEventListener("keydown", (event) => {
    const step = STEPS[event.key];
    const here = (event.target as HTMLElement).closest<HTMLElement>("[data-cell]");
    if (!step || !here || event.ctrlKey || event.metaKey || event.altKey) return;
    const row = cells.findIndex((each) => each.includes(here));
    const next = nextCell(filled, [row, cells[row]?.indexOf(here) ?? -1], step);
    event.preventDefault();
    if (next) cells[next[0]]?.[next[1]]?.focus();
  });
}
