// Drawing a rectangle over tiles with the mouse; a finger scrolls instead.
import { signal } from "@preact/signals";
import { type Box, boxOf, joined, NOBODY, touched } from "./choosing";
import { chosen } from "./room_state";

const LEAST_PX = 6;

/** The rectangle being drawn, in the window's pixels. */
export const drawn = signal<Box | null>(null);

let justDrew = false;

/** Whether the click that follows belongs to a rectangle and chooses nothing more. */
export function wasDrawing(): boolean {
  const was = justDrew;
  justDrew = false;
  return was;
}

export function startDrawing(event: PointerEvent, area: HTMLElement): void {
  if (event.pointerType !== "mouse" || event.button !== 0) return;
  justDrew = false;
  const before = event.ctrlKey || event.metaKey || event.shiftKey ? chosen.value : NOBODY;
  const { clientX, clientY } = event;
  const move = (moved: PointerEvent) => {
    const far = Math.hypot(moved.clientX - clientX, moved.clientY - clientY);
    if (drawn.value === null && far < LEAST_PX) return;
    drawn.value = boxOf(clientX, clientY, moved.clientX, moved.clientY);
    chosen.value = joined(before, touched(boxesIn(area), drawn.value));
  };
  const end = () => {
    justDrew = drawn.value !== null;
    const isBeside = !(event.target as Element).closest("[data-sitting]");
    if (isBeside && !justDrew) chosen.value = NOBODY;
    drawn.value = null;
    removeEventListener("pointermove", move);
    removeEventListener("pointerup", end);
    removeEventListener("pointercancel", end);
  };
  addEventListener("pointermove", move);
  addEventListener("pointerup", end);
  addEventListener("pointercancel", end);
}

function boxesIn(area: HTMLElement): Map<string, Box> {
  const found = new Map<string, Box>();
  for (const tile of area.querySelectorAll<HTMLElement>("[data-sitting]"))
    found.set(tile.dataset.sitting ?? "", tile.getBoundingClientRect());
  return found;
}
