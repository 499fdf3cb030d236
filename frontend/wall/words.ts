import { languageNow, sayIn } from "../lib/i18n";
import { siteTime } from "../lib/site_time";
import { en } from "./words.en";
import { zh } from "./words.zh";

export const say = sayIn(languageNow() === "zh_Hans_CN" ? zh : en);

export function clockText(instant: string | number, withSeconds = false): string {
  return siteTime(instant, withSeconds);
}
