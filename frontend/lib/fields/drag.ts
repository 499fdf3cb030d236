// Dragging by mouse, pen or finger with pointer events; a press that does not move stays a click.
import { useEffect, useRef } from "preact/hooks";

const FAR_ENOUGH_PX = 6;

interface Drag {
  id: string;
  pointer: number;
  from: { x: number; y: number };
  card: HTMLElement;
  ghost: HTMLElement | null;
  over: HTMLElement | null;
}

/** Handlers for a card that can be dragged; `onDrop` gets what lies under it: `data-drop`. */
export function useDrag(onDrop: (id: string, target: string) => void) {
  const drag = useRef<Drag | null>(null);
  const drop = useRef(onDrop);
  drop.current = onDrop;
  useEffect(() => {
    // At the window: a quick hand has left the card before its first movement is told.
    const moved = (event: PointerEvent) => {
      if (drag.current?.pointer === event.pointerId) move(drag.current, event);
    };
    const released = (event: PointerEvent) => {
      const ended = drag.current;
      if (ended?.pointer !== event.pointerId) return;
      drag.current = null;
      const target = ended.over?.dataset.drop;
      end(ended);
      if (!ended.ghost || event.type === "pointercancel") return;
      // The press was a drag: the click that follows it must not act as well.
      ended.card.addEventListener("click", stop, { capture: true, once: true });
      setTimeout(() => ended.card.removeEventListener("click", stop, { capture: true }));
      if (target !== undefined) drop.current(ended.id, target);
    };
    addEventListener("pointermove", moved);
    addEventListener("pointerup", released);
    addEventListener("pointercancel", released);
    return () => {
      removeEventListener("pointermove", moved);
      removeEventListener("pointerup", released);
      removeEventListener("pointercancel", released);
      end(drag.current);
    };
  }, []);
  return (id: string) => ({
    "data-drag": id,
    onPointerDown(event: PointerEvent) {
      const card = event.currentTarget as HTMLElement;
      if (event.button !== 0) return;
      const from = { x: event.clientX, y: event.clientY };
      drag.current = { id, pointer: event.pointerId, from, card, ghost: null, over: null };
    },
  });
}

function stop(event: Event): void {
  event.preventDefault();
  event.stopPropagation();
}

function move(drag: Drag, event: PointerEvent): void {
  const [dx, dy] = [event.clientX - drag.from.x, event.clientY - drag.from.y];
  if (!drag.ghost) {
    if (Math.hypot(dx, dy) < FAR_ENOUGH_PX) return;
    drag.ghost = ghostOf(drag.card);
  }
  event.preventDefault();
  drag.ghost.style.transform = `translate(${dx}px, ${dy}px)`;
  const under = document
    .elementsFromPoint(event.clientX, event.clientY)
    .map((each) => each.closest<HTMLElement>("[data-drop]"))
    .find((each) => each !== null);
  if (under !== drag.over) {
    drag.over?.classList.remove("is-over");
    under?.classList.add("is-over");
    drag.over = under ?? null;
  }
}

/** A picture of the card that follows the pointer; the card itself stays in the page's flow. */
function ghostOf(card: HTMLElement): HTMLElement {
  const box = card.getBoundingClientRect();
  const ghost = card.cloneNode(true) as HTMLElement;
  ghost.classList.add("drag-ghost");
  ghost.setAttribute("aria-hidden", "true");
  ghost.removeAttribute("data-testid");
  Object.assign(ghost.style, {
    left: `${box.left}px`,
    top: `${box.top}px`,
    width: `${box.width}px`,
    height: `${box.height}px`,
  });
  card.classList.add("is-dragged");
  document.body.append(ghost);
  return ghost;
}

function end(drag: Drag | null): void {
  drag?.ghost?.remove();
  drag?.card.classList.remove("is-dragged");
  drag?.over?.classList.remove("is-over");
}
