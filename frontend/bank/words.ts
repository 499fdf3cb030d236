import { languageNow, sayIn } from "../lib/i18n";
import { en } from "./words.en";
import { zh } from "./words.zh";

export const isChinese = languageNow() === "zh_Hans_CN";
export const say = sayIn<keyof typeof zh>(isChinese ? zh : en);
