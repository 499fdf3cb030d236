// The page's words. The language can change while the page stands: nothing is loaded for it.
import { signal } from "@preact/signals";
import { filled, type Language, languageNow } from "../lib/i18n";
import { siteDay, siteTime } from "../lib/site_time";
import { en } from "./words.en";
import { type Key, zh } from "./words.zh";

const YEAR_S = 365 * 24 * 3600;

export const language = signal<Language>(languageNow());

export function say(key: Key, values?: Record<string, string | number>): string {
  return filled((language.value === "en" ? en : zh)[key], values);
}

/** Speak the other language from here on; the server follows with its next reply. */
export function chooseLanguage(chosen: Language): void {
  language.value = chosen;
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is younger than many seats
  document.cookie = `language=${chosen}; path=/; max-age=${YEAR_S}; samesite=lax`;
  document.documentElement.lang = chosen === "en" ? "en" : "zh-Hans-CN";
  document.title = say("title");
}

/** A page kept on this computer came in the language of then: speak the one chosen since. */
export function takeChosenLanguage(): void {
  const chosen = /(?:^|; )language=(zh_Hans_CN|en)(?:;|$)/.exec(document.cookie)?.[1];
  if (chosen && chosen !== language.value) chooseLanguage(chosen as Language);
}

export function clockText(instant: string | number, hasSeconds = true): string {
  return siteTime(instant, hasSeconds);
}

/** A mark without the zeros a store adds. */
export function markText(mark: string): string {
  return String(Number(mark));
}

/** A date and time, as the rules name the planned start. */
export function dateText(instant: string): string {
  return `${siteDay(instant)} ${clockText(instant, false)}`;
}

/** Time left in words, for ears: figures that tick are never read out. */
export function leftWords(ms: number): string {
  const all = Math.ceil(ms / 1000);
  const [hours, minutes, seconds] = [Math.floor(all / 3600), Math.floor(all / 60) % 60, all % 60];
  return hours > 0
    ? say("leftInWords", { hours, minutes, seconds })
    : say("leftShort", { minutes, seconds });
}
