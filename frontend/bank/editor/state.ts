// What the editor holds: the item in hand, the language in hand, problems, and where the cursor is.
import { signal } from "@preact/signals";
import type { Editor } from "@tiptap/core";
import type { Problem } from "../../lib/http";
import { type Edited, type Json, OWN, type StoredItem } from "./model";

export interface PointChoice {
  code: string;
  name: string;
  inside: string;
}

export interface Facts {
  bank: string;
  title: string;
  language: string;
  /** The bank's own first. */
  languages: { tag: string; name: string }[];
  person: number;
  item: StoredItem & { uid?: string; state?: string };
  points: PointChoice[];
  types: { name: string; words: string }[];
  largest_picture: number;
  addresses: {
    save: string;
    check: string;
    twins: string;
    pictures: string;
    newest: string;
    changes: string;
    back: string;
    another: string;
  };
}

// biome-ignore lint/style/noNonNullAssertion: set once before anything is drawn
export const facts = signal<Facts>(null!);
// biome-ignore lint/style/noNonNullAssertion: set once before anything is drawn
export const edited = signal<Edited>(null!);
export const language = signal(OWN);
export const isDirty = signal(false);
export const problems = signal<Problem[]>([]);
/** Until somebody has tried to save, what is not written yet is no mistake. */
export const hasTried = signal(false);
export const differences = signal<Problem[]>([]);
/** What a guide for writers would say; it keeps nothing from being saved. */
export const advice = signal<Problem[]>([]);
/** What some forms would ask, of an item whose values are drawn. */
export interface Sample {
  type: string;
  content: Json;
  key: Json;
  words: string;
}
export const samples = signal<Sample[]>([]);
/** An item of the bank that is like the one in hand. */
export interface Twin {
  code: string;
  url: string;
  state: string;
  kind: "same" | "numbers" | "near" | "stem";
  words: string;
  share: number;
  text: string;
  /** The other's stem beside mine: what both say, what is mine alone, what is the other's alone. */
  pieces: ["kept" | "gone" | "new", string][];
}
export const twins = signal<Twin[]>([]);
export const notice = signal<{ kind: "ok" | "attention" | "danger"; text: string } | null>(null);
/** Rises when the whole item is replaced: the text fields then begin anew from it. */
export const generation = signal(0);

export interface Active {
  editor: Editor;
  mayHaveBlanks: boolean;
}
export const active = signal<Active | null>(null);
/** Rises with every move in the active editor, so that the toolbar shows what holds there. */
export const activity = signal(0);

/** Change the item in hand in place and let everything that shows it know. */
export function change(act: (item: Edited) => void): void {
  const next = { ...edited.value };
  act(next);
  isDirty.value = true; // first: whoever keeps the item asks for it
  edited.value = next;
}

export function replace(next: Edited): void {
  edited.value = next;
  generation.value += 1;
}

export function languageTag(of: string): string {
  const name = of === OWN ? facts.value.language : of;
  return name.replaceAll("_", "-");
}
