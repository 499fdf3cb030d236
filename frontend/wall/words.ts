import { languageNow, sayIn } from "../lib/i18n";
import { siteTime } from "../lib/site_time";
import { en } from "./words.en";
import { zh } from "./words.zh";

export const isChinese = languageNow() === "zh_Hans_CN";
export const say = sayIn(isChinese ? zh : en);

export function clockText(instant: string | number, withSeconds = false): string {
  return siteTime(instant, withSeconds);
}
