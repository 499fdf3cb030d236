// What the page gives the editor.
import type { Sent } from "./model";

export interface Facts {
  begun: Sent;
  banks: { uid: string; title: string; items: number }[];
  types: { name: string; words: string; title: string }[];
  presets: (Sent & { name: string; words: string })[];
  addresses: { create: string; supply: string; list: string };
}

export const titleOf = (facts: Facts, type: string) =>
  facts.types.find((each) => each.name === type)?.title ?? type;
export const wordsOf = (facts: Facts, type: string) =>
  facts.types.find((each) => each.name === type)?.words ?? type;
