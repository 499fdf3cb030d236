// How this candidate looks at the paper, kept on this computer: place, view, size, colours, keys.
import { signal } from "@preact/signals";

export type Mode = "one" | "scroll";
export type Theme = "" | "light" | "dark" | "contrast";

export interface View {
  /** Whose view it is; `null` before sign-in. */
  sitting: string | null;
  place: number;
  mode: Mode;
  size: 1 | 2 | 3;
  /** `null`: as the page came. */
  theme: Theme | null;
  hasKeys: boolean;
  isClockHidden: boolean;
  paperLanguage: string | null;
  /** The practice question has been tried or skipped. */
  isWarm: boolean;
  /** Minutes that have been announced. */
  announced: number[];
}

export const FRESH: View = {
  sitting: null,
  place: 1,
  mode: "one",
  size: 1,
  theme: null,
  hasKeys: true,
  isClockHidden: false,
  paperLanguage: null,
  isWarm: false,
  announced: [],
};
const KEPT_AS = "exam-seat-view";

export const view = signal<View>(FRESH);

/** The view kept on this computer, as far as it can be read. */
export function readView(text: string | null): View {
  try {
    const kept = JSON.parse(text ?? "{}") as Partial<View>;
    const known = Object.entries(kept).filter(([name]) => name in FRESH);
    return { ...FRESH, ...Object.fromEntries(known) };
  } catch {
    return FRESH;
  }
}

/**
 * The view of a sitting: the one kept for it, or what was chosen before signing in. Who is granted
 * large text begins with it, and may change it afterwards.
 */
export function viewOf(kept: View, sitting: string, hasLargeText = false): View {
  if (kept.sitting === sitting) return kept;
  const begin = { ...(kept.sitting === null ? kept : FRESH), sitting };
  return hasLargeText ? { ...begin, size: 3 } : begin;
}

export function change(part: Partial<View>): void {
  keep({ ...view.value, ...part });
}

/** Take up what this computer has kept; without a sitting in hand the next candidate begins anew. */
export function beginView(hasSitting: boolean): void {
  const kept = readView(stored());
  keep(hasSitting || kept.sitting === null ? kept : FRESH);
}

export function takeViewOf(sitting: string, hasLargeText: boolean): void {
  if (view.value.sitting !== sitting) keep(viewOf(view.value, sitting, hasLargeText));
}

function keep(next: View): void {
  view.value = next;
  show(next);
  try {
    localStorage.setItem(KEPT_AS, JSON.stringify(next));
  } catch {
    // a full or closed store costs the view after a reload, never an answer
  }
}

function stored(): string | null {
  try {
    return localStorage.getItem(KEPT_AS);
  } catch {
    return null;
  }
}

function show(next: View): void {
  const root = document.documentElement;
  root.dataset.size = String(next.size);
  if (next.theme) root.dataset.theme = next.theme;
  else if (next.theme === "") delete root.dataset.theme;
}
