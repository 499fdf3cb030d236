// What is spoken: changes of state and a few marks of time, each once; never a tick.
import type { TimeNotice } from "./state";
import type { Key } from "./words.zh";

/** The bar turns to attention at ten and five; the others are for ears only. */
export const MARKS_MIN = [30, 15, 10, 5, 1] as const;
const MINUTE_MS = 60_000;

export interface Due {
  /** Minutes left to announce now, or nothing. */
  say: number | null;
  announced: number[];
}

/** The minutes a change of the clock came with; as the server writes them, such as `5.00`. */
export interface MinutesTold {
  minutes_added?: string;
  minutes_taken?: string;
}

/** What a change of the clock says about minutes; nothing when it is a pause or its end. */
export function timeNotice(told: MinutesTold): TimeNotice | null {
  if (told.minutes_added) return { key: "timeAdded", minutes: String(Number(told.minutes_added)) };
  if (told.minutes_taken) return { key: "timeTaken", minutes: String(Number(told.minutes_taken)) };
  return null;
}

/** Which mark of time is due; one that was passed upwards by added time counts anew. */
export function dueMark(leftMs: number, announced: readonly number[]): Due {
  const still = announced.filter((mark) => leftMs <= mark * MINUTE_MS);
  const reached = MARKS_MIN.filter((mark) => leftMs <= mark * MINUTE_MS);
  const fresh = reached.filter((mark) => !still.includes(mark));
  const say = fresh.length > 0 && leftMs > 0 ? Math.ceil(leftMs / MINUTE_MS) : null;
  return { say, announced: [...still, ...fresh] };
}

/** The words for a change of the save line's state; nothing for saving and saved. */
export function changeWords(before: string, now: string): Key | null {
  if (before === now) return null;
  if (now === "lost") return "lineLost";
  if (now === "paused") return "paused";
  if (now === "held") return "held";
  if (now === "moved") return "movedAway";
  if (before === "paused" || before === "held") return "goesOn";
  const wasAway = before === "lost" || before === "back";
  return wasAway && (now === "saved" || now === "told") ? "backAgain" : null;
}
