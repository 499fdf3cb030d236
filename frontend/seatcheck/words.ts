import { type Language, languageNow, sayIn } from "../lib/i18n";
import { en } from "./words.en";
import { zh } from "./words.zh";

const YEAR_S = 365 * 24 * 3600;
const now = languageNow();

export const say = sayIn(now === "zh_Hans_CN" ? zh : en);

export function otherLanguage(): string {
  return now === "en" ? "中文" : "English";
}

/** Load the page in the other language. */
export function speakOther(): void {
  const other: Language = now === "en" ? "zh_Hans_CN" : "en";
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is younger than many seats
  document.cookie = `language=${other}; path=/; max-age=${YEAR_S}; samesite=lax`;
  location.reload();
}
