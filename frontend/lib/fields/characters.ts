// How long an answer in words is, and what is said of its limits. Nothing here knows a page.
import type { AnyItem } from "./field";
import type { FieldSay } from "./words";

/** Characters as teachers count them: spaces and line ends do not count. */
export function counted(text: string): number {
  return [...text.replace(/\s/gu, "")].length;
}

export interface LimitsSaid {
  /** What is asked for, before anything is written. */
  asked: string;
  /** Where the text stands: its words change with the state, not with every key. */
  state: string;
  isOver: boolean;
}

export function limitsSaid(count: number, item: Partial<AnyItem>, say: FieldSay): LimitsSaid {
  const fewest = item.fewest_characters ?? 0;
  const most = item.most_characters ?? 0;
  const isOver = most > 0 && count > most;
  const isUnder = count > 0 && count < fewest;
  const state = isOver
    ? say("charactersOver", { most })
    : isUnder
      ? say("charactersUnder", { fewest })
      : "";
  return { asked: asked(fewest, most, say), state, isOver };
}

function asked(fewest: number, most: number, say: FieldSay): string {
  if (fewest && most) return say("charactersBetween", { fewest, most });
  if (most) return say("charactersAtMost", { most });
  return fewest ? say("charactersAtLeast", { fewest }) : "";
}
