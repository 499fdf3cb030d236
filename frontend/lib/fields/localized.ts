// An item in the reader's language, and in the order in which this seat shows it.
import type { FormItem, FormOption, FormPart, ItemContent, ItemTexts } from "../sealed";

type Listed = { id: string };

/** The languages a paper can be read in: its own first. */
export function paperLanguages(own: string, items: readonly FormItem[]): string[] {
  const more = new Set(items.flatMap((item) => Object.keys(item.translations ?? {})));
  return [own, ...[...more].filter((language) => language !== own).sort()];
}

/** A section's title in the first of the languages that it has. */
export function sectionTitle(
  section: { title: string; titles?: Record<string, string> },
  wanted: readonly (string | null)[],
): string {
  const found = wanted.find((language) => language !== null && section.titles?.[language]);
  return (found && section.titles?.[found]) || section.title;
}

/** The item in a language; what is not translated stays as it is. */
export function localized<T extends ItemContent & Pick<FormItem, "parts" | "translations">>(
  item: T,
  language: string,
): T {
  const texts = item.translations?.[language];
  if (!texts) return item;
  const parts = item.parts?.map((part) => inTexts(part, sameId(texts.parts, part)));
  return parts ? { ...inTexts(item, texts), parts } : inTexts(item, texts);
}

function inTexts<T extends ItemContent>(content: T, texts: ItemTexts | undefined): T {
  if (!texts) return content;
  const said: Partial<ItemContent> = {};
  if (texts.stem) said.stem = texts.stem;
  if (texts.alt) said.alt = texts.alt;
  if (texts.unit) said.unit = texts.unit;
  if (content.options) said.options = inColumn(content.options, texts.options);
  if (content.left) said.left = inColumn(content.left, texts.left);
  if (content.right) said.right = inColumn(content.right, texts.right);
  return { ...content, ...said };
}

function inColumn(column: FormOption[], texts: FormOption[] | undefined): FormOption[] {
  return column.map((each) => ({ ...each, content: sameId(texts, each)?.content || each.content }));
}

function sameId<T extends Listed>(rows: readonly T[] | undefined, wanted: Listed): T | undefined {
  return rows?.find((each) => each.id === wanted.id);
}

/** Orders by position, or by `7.2` for part 2 of position 7, as the sitting's state tells them. */
export type ShownOrders = Readonly<Record<string, readonly string[]>>;

/** The item with its options and right column as this seat shows them. */
export function shown<T extends ItemContent & Pick<FormItem, "parts">>(
  item: T,
  position: number | string,
  orders: ShownOrders | undefined,
): T {
  if (!orders) return item;
  const found = arranged(item, orders[String(position)]);
  const parts = item.parts?.map(
    (part): FormPart => arranged(part, orders[`${position}.${part.id}`]),
  );
  return parts ? { ...found, parts } : found;
}

function arranged<T extends ItemContent>(content: T, order: readonly string[] | undefined): T {
  if (!order) return content;
  const column = content.type === "matching" ? "right" : "options";
  const rows = content[column];
  return rows ? { ...content, [column]: inOrder(rows, order) } : content;
}

/** Rows by the order of their ids; one that the order does not name comes last, never away. */
function inOrder(rows: readonly FormOption[], order: readonly string[]): FormOption[] {
  const named = order.flatMap((id) => rows.filter((row) => row.id === id));
  return [...named, ...rows.filter((row) => !order.includes(row.id))];
}
