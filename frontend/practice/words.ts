import { type Language, languageNow, sayIn } from "../lib/i18n";
import { en } from "./words.en";
import { zh } from "./words.zh";

const YEAR_S = 365 * 24 * 3600;
export const language = languageNow();

export const say = sayIn(language === "zh_Hans_CN" ? zh : en);

/** Load the page in the other language; what is being answered is kept. */
export function speakOther(): void {
  const other: Language = language === "en" ? "zh_Hans_CN" : "en";
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is younger than many seats
  document.cookie = `language=${other}; path=/; max-age=${YEAR_S}; samesite=lax`;
  location.reload();
}
