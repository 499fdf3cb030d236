import { languageNow, sayIn } from "../lib/i18n";
import { en } from "./words.en";
import { zh } from "./words.zh";

export const say = sayIn(languageNow() === "zh_Hans_CN" ? zh : en);

export function clockText(instant: string | number, withSeconds = false): string {
  return new Date(instant).toLocaleTimeString("en-GB", {
    timeZone: "Asia/Shanghai",
    hour12: false,
    hour: "2-digit",
    minute: "2-digit",
    ...(withSeconds ? { second: "2-digit" } : {}),
  });
}
