// Words of a member's page in the reader's language.
import { languageNow, type Say, sayIn } from "../lib/i18n";
import { en } from "./words.en";
import { zh } from "./words.zh";

export const language = languageNow();

export const say: Say<keyof typeof en> = (key, values) =>
  sayIn(language === "en" ? en : zh)(key, values);
