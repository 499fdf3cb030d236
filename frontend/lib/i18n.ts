// Words of a page in the reader's language: each page has its two lists of the same keys.

export type Language = "zh_Hans_CN" | "en";
export type Words<Keys extends string> = Record<Keys, string>;

export function languageNow(): Language {
  return document.documentElement.lang.startsWith("zh") ? "zh_Hans_CN" : "en";
}

/** Fill `{name}` with the value given; `{name|seat|seats}` becomes the word for one or for many. */
export function filled(text: string, values: Record<string, string | number> = {}): string {
  return text.replace(/\{(\w+)(?:\|([^|}]*)\|([^|}]*))?\}/g, (whole, name, one, many) => {
    const value = values[name];
    if (value === undefined) return whole;
    if (one === undefined) return String(value);
    return Number(value) === 1 ? one : many;
  });
}

export type Say<Keys extends string> = (
  key: Keys,
  values?: Record<string, string | number>,
) => string;

export function sayIn<Keys extends string>(words: Words<Keys>): Say<Keys> {
  return (key, values) => filled(words[key], values);
}
