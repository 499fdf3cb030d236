// What the page gives the editor.
import { languageNow } from "../lib/i18n";
import type { Section, Sent } from "./model";

export interface Facts {
  begun: Sent;
  banks: { uid: string; title: string; items: number; language: string }[];
  types: { name: string; words: string; titles: Record<string, string> }[];
  presets: (Sent & { name: string; words: string })[];
  /** What candidates usually read of pilot items, by language. */
  notices: Record<string, string>;
  addresses: { create: string; supply: string; list: string };
}

/** The usual title of a section of a type, in a language; English where it has none. */
export function titleOf(facts: Facts, type: string, language: string): string {
  const titles = facts.types.find((each) => each.name === type)?.titles;
  return titles?.[language] ?? titles?.en ?? type;
}

/** The language of a chosen bank; the reader's while none is chosen. */
export function languageOf(facts: Facts, bank: string): string {
  return facts.banks.find((each) => each.uid === bank)?.language ?? languageNow();
}

/** The second language a paper may be read in. */
export const otherLanguage = (language: string) => (language === "en" ? "zh_Hans_CN" : "en");

/** Sections whose title is empty or a usual one, titled in a language; others stay as written. */
export function titled(facts: Facts, rows: readonly Section[], language: string): Section[] {
  return rows.map((row) => {
    const usual = facts.types.find((each) => each.name === row.type)?.titles ?? {};
    const isUsual = ["", row.type, ...Object.values(usual)].includes(row.title.trim());
    return isUsual ? { ...row, title: titleOf(facts, row.type, language) } : row;
  });
}
export const wordsOf = (facts: Facts, type: string) =>
  facts.types.find((each) => each.name === type)?.words ?? type;
