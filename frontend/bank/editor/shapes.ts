// Areas of a picture as they are drawn: from a corner or centre to where the pointer is.
import type { Area } from "./model";

export type Place = [number, number];
const SMALLEST = 4; // pixels: less was a slip of the hand

/** The area between two places; a circle grows from its centre. */
export function drawn(shape: Area["shape"], from: Place, to: Place): Area {
  const [x1, y1] = from;
  const [x2, y2] = to;
  if (shape === "circle")
    return { shape, coords: [x1, y1, Math.round(Math.hypot(x2 - x1, y2 - y1))] };
  const [left, right] = [Math.min(x1, x2), Math.max(x1, x2)];
  const [top, bottom] = [Math.min(y1, y2), Math.max(y1, y2)];
  if (shape === "rect") return { shape, coords: [left, top, right, bottom] };
  return { shape, coords: [left, top, right, top, right, bottom, left, bottom] };
}

/** Whether an area was meant: more than a click, and a polygon of three points at least. */
export function isLargeEnough({ shape, coords }: Area): boolean {
  const [a = 0, b = 0, c = 0, d = 0] = coords;
  if (shape === "circle") return c >= SMALLEST;
  if (shape === "rect") return c - a >= SMALLEST && d - b >= SMALLEST;
  return coords.length >= 6;
}

/** Coordinates as SVG's points: “x,y x,y”. */
export function polygonPoints(coords: number[]): string {
  return coords
    .map((value, at) => (at % 2 ? `${value} ` : `${value},`))
    .join("")
    .trim();
}
