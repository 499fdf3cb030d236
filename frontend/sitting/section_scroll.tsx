// A whole section as a scroll. Questions far from the reader are made when there is time for them.
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { isAt } from "./places";
import { Question } from "./question";
import type { Seat } from "./seat";
import * as state from "./state";

const AT_ONCE = 2;
const STEP = 3;

export function SectionScroll({ seat }: { seat: Seat }) {
  const places = state.currentSection.value?.places ?? [];
  const root = useRef<HTMLDivElement>(null);
  const made = useMade(places.map((each) => each.number));
  useEffect(() => {
    // Coming here from one question: begin where the reader was.
    root.current
      ?.querySelector(`[data-number="${state.current.peek()}"]`)
      ?.scrollIntoView({ block: "start" });
  }, []);
  useEffect(() => follow(root.current), [places.length, made.size]);
  return (
    <div class="scroll" ref={root}>
      {places.map(({ position, number }) => {
        const item = made.has(number) ? state.itemAt.value.get(position) : undefined;
        return item ? (
          <div
            key={number}
            class={`scroll-item ${state.current.value === number ? "is-current" : ""}`}
          >
            <Question seat={seat} item={item} number={number} />
          </div>
        ) : (
          <div key={number} class="scroll-item is-to-come" data-number={number} />
        );
      })}
    </div>
  );
}

/** Which questions are made: those at the reader's place, then more and more around them. */
function useMade(numbers: readonly number[]): ReadonlySet<number> {
  const here = state.current.value;
  const [reach, setReach] = useState(AT_ONCE);
  const first = numbers[0] ?? 1;
  const middle = useRef(here);
  if (!numbers.includes(middle.current) || Math.abs(here - middle.current) > reach)
    middle.current = here;
  const isAll = reach >= numbers.length;
  useEffect(() => {
    if (isAll) return undefined;
    const timer = whenIdle(() => setReach((now) => now + STEP));
    return timer;
  }, [reach, isAll]);
  useEffect(() => setReach(AT_ONCE), [first]);
  return useMemo(
    () => new Set(numbers.filter((number) => isAll || Math.abs(number - middle.current) <= reach)),
    [numbers, reach, isAll, middle.current],
  );
}

function whenIdle(work: () => void): () => void {
  if (typeof requestIdleCallback === "undefined") {
    const timer = setTimeout(work, 50);
    return () => clearTimeout(timer);
  }
  const handle = requestIdleCallback(work, { timeout: 500 });
  return () => cancelIdleCallback(handle);
}

/** Keep the place in step with what stands in the upper part of the window. */
function follow(root: HTMLElement | null): (() => void) | undefined {
  if (!root) return undefined;
  const watcher = new IntersectionObserver(
    (entries) => {
      const entered = entries.find((each) => each.isIntersecting)?.target as HTMLElement;
      const number = Number(entered?.dataset.number);
      if (number) isAt(number);
    },
    { rootMargin: "-25% 0px -70% 0px" },
  );
  for (const each of root.querySelectorAll("[data-number]")) watcher.observe(each);
  return () => watcher.disconnect();
}
