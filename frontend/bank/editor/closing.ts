// What types share when an edited item is put into its stored form.
import {
  type Body,
  BY_OPTION,
  type Json,
  LETTERS,
  OWN,
  type Row,
  rightRows,
  type Said,
  WHOLE,
} from "./model";

export const SMALL = "abcdefghijklmnopqrstuvwxyz";

/** Put what is said in other languages into the translations. */
export function put(translations: Record<string, Json>, name: string, said: Said): void {
  for (const [language, text] of Object.entries(said)) {
    if (language === OWN || !text) continue;
    translations[language] = { ...translations[language], [name]: text };
  }
}

export type Closer = (
  body: Body,
  content: Json,
  key: Json,
  translations: Record<string, Json>,
) => void;

export const closeChoice: Closer = (body, content, key, translations) => {
  content.options = closedRows(body.rows, LETTERS, "options", translations, true);
  const right = rightRows(body);
  key.correct = body.rows.flatMap((row, place) => (right.has(row.key) ? [LETTERS[place]] : []));
  if (body.policy !== WHOLE) key.policy = body.policy;
  if (body.policy === BY_OPTION)
    key.points = Object.fromEntries(
      body.rows.map((row, place) => [LETTERS[place], row.points.trim() || "0"]),
    );
};

export function closedRows(
  rows: Row[],
  ids: string,
  name: string,
  translations: Record<string, Json>,
  mayBeFixed = false,
): Json[] {
  return rows.map((row, place) => {
    const id = ids[place];
    for (const [language, content] of Object.entries(row.said)) {
      if (language === OWN || !content) continue;
      const theirs = translations[language]?.[name] ?? [];
      translations[language] = { ...translations[language], [name]: [...theirs, { id, content }] };
    }
    const own = { id, content: row.said[OWN] ?? "" };
    return mayBeFixed ? { ...own, fixed: row.fixed } : own;
  });
}
