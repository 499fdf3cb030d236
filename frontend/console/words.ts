import { languageNow, sayIn } from "../lib/i18n";
import { en } from "./words.en";
import { zh } from "./words.zh";

export const isChinese = languageNow() === "zh_Hans_CN";
export const say = sayIn(isChinese ? zh : en);

export function clockText(instant: string | number): string {
  return new Date(instant).toLocaleTimeString(isChinese ? "zh-CN" : "en-GB", {
    timeZone: "Asia/Shanghai",
    hour12: false,
  });
}
