// Choosing seats: by click, range, rectangle and keys. Choices are sets of sittings, never changed.

export type Choice = ReadonlySet<string>;

export const NOBODY: Choice = new Set();

/** One alone; the only one chosen, again: nobody. */
export function only(choice: Choice, sitting: string): Choice {
  return choice.size === 1 && choice.has(sitting) ? NOBODY : new Set([sitting]);
}

export function toggled(choice: Choice, sitting: string): Choice {
  const next = new Set(choice);
  if (!next.delete(sitting)) next.add(sitting);
  return next;
}

/** Everybody between two seats in the order of numbers, both included. */
export function range(order: readonly string[], from: string, to: string): Choice {
  const [a, b] = [order.indexOf(from), order.indexOf(to)];
  if (a < 0) return new Set([to]);
  return new Set(order.slice(Math.min(a, b), Math.max(a, b) + 1));
}

export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

export function boxOf(x1: number, y1: number, x2: number, y2: number): Box {
  return {
    left: Math.min(x1, x2),
    top: Math.min(y1, y2),
    right: Math.max(x1, x2),
    bottom: Math.max(y1, y2),
  };
}

/** Everybody whose tile a drawn rectangle touches. */
export function touched(boxes: ReadonlyMap<string, Box>, drawn: Box): Choice {
  const found = new Set<string>();
  for (const [sitting, box] of boxes)
    if (
      box.left < drawn.right &&
      box.right > drawn.left &&
      box.top < drawn.bottom &&
      box.bottom > drawn.top
    )
      found.add(sitting);
  return found;
}

export function joined(a: Choice, b: Choice): Choice {
  return new Set([...a, ...b]);
}

/** What is left of a choice when seats have gone. */
export function still(choice: Choice, known: ReadonlySet<string>): Choice {
  const left = [...choice].filter((sitting) => known.has(sitting));
  return left.length === choice.size ? choice : new Set(left);
}
