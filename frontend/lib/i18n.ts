// Words of a page in the reader's language: each page has its two lists of the same keys.

export type Language = "zh_Hans_CN" | "en";
export type Words<Keys extends string> = Record<Keys, string>;

export function languageNow(): Language {
  return document.documentElement.lang.startsWith("zh") ? "zh_Hans_CN" : "en";
}

/** Fill `{name}` in a text with the values given. */
export function filled(text: string, values: Record<string, string | number> = {}): string {
  return text.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}

export type Say<Keys extends string> = (
  key: Keys,
  values?: Record<string, string | number>,
) => string;

export function sayIn<Keys extends string>(words: Words<Keys>): Say<Keys> {
  return (key, values) => filled(words[key], values);
}
